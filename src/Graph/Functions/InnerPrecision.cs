using System.Diagnostics.CodeAnalysis;

namespace GraphGrad;

/// <summary>
/// In what type a function of many steps computes inside: where its inputs are float32 and it is so small that a call takes hardly longer for it, in float64. Only its
/// results, and the gradients that leave it, are rounded to float32 then.
/// </summary>
internal sealed class InnerPrecision
{
    // What that costs, in microseconds beside float32: with 2,000 multiply-adds an LSTM's step 1.2 beside 0.7, eight steps with gradients 7.5 beside 9.6, attention with
    // gradients 3.9 beside 4.0; with 8,000 a step 1.5 beside 0.9, with 16,000 attention with gradients 3.6 beside 2.9. Four times as many take twice as long.
    private const int MostProducts = 16_384;

    private readonly Dictionary<Value, Value> entered = [];

    private InnerPrecision(bool isWide) => IsWide = isWide;

    /// <summary>Whether it is float64 for float32.</summary>
    public bool IsWide { get; }

    /// <summary>For a function with these inputs, null where one is not given.</summary>
    /// <param name="products">How many multiply-adds the parts take that run by themselves.</param>
    /// <param name="inputs">All inputs that are numbers. Where types differ, the function is to refuse them itself.</param>
    public static InnerPrecision Of(IEnumerable<Dim> products, params IEnumerable<Value?> inputs) =>
        new(inputs.All(x => x is null or { DType: DType.Float32 }) && products.All(p => p.IsConstant && p.Value <= MostProducts));

    /// <summary>For a function of one tensor, element by element, of exponential functions or logarithms and what is done with them: of at most 512 elements, which take less than half a microsecond more.</summary>
    public static InnerPrecision OfElements(Value x) => Of([x.Shape.ElementCount * (MostProducts / 512)], x);

    /// <summary>
    /// An input, as the function computes with it; null if there is none. One that plays several parts is cast once: what flows back from them is added up before it is rounded.
    /// </summary>
    [return: NotNullIfNotNull(nameof(x))]
    public Value? Enter(Value? x)
    {
        if (!IsWide || x is null) return x;
        if (!entered.TryGetValue(x, out var wide)) entered.Add(x, wide = Ops.Cast(x, DType.Float64));
        return wide;
    }

    /// <summary>A result, in the type of the inputs.</summary>
    public Value Leave(Value x) => IsWide ? Ops.Cast(x, DType.Float32) : x;
}
