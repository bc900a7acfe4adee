using GraphGrad.Ranges;

namespace GraphGrad.Operations;

/// <summary>Data that is part of the graph.</summary>
internal sealed record ConstantOp(TensorData Data) : SourceOp(Data.Type)
{
    /// <summary>The number that was written, where all elements are that number rounded to float32: what is computed in float64 takes it as it was written.</summary>
    public double? Written { get; init; }

    /// <summary>What takes the number's place where the program is copied into float64: a tolerance that fits float64.</summary>
    public double? InFloat64 { get; init; }

    /// <summary>A scalar of one element type.</summary>
    public static ConstantOp Of(DType type, double number) => new(TensorData.Filled(type, number)) { Written = type == DType.Float32 && (float)number != number && float.IsNormal((float)number) ? number : null };

    /// <summary>The number that all elements are, to the digits that are known of it.</summary>
    public bool TryNumber(out double number)
    {
        if (!Data.TryUniform(out number)) return false;
        number = Written ?? number;
        return true;
    }

    public override string Name => "constant";

    public override Interval Range(RangeContext context) => Interval.Of(Data);

    public override string Attributes => TensorText.Summary(Data);
}
