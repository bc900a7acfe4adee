using GraphGrad.Operations;

namespace GraphGrad;

// Numbers take the element type of the value beside them, as Python scalars do in NumPy and PyTorch.
public partial class Value
{
    /// <summary>Elementwise sum.</summary>
    public static Value operator +(Value x, Value y) => Ops.Add(x, y);

    /// <summary>Elementwise sum.</summary>
    public static Value operator +(Value x, double y) => Ops.Add(x, x.Number(y));

    /// <summary>Elementwise sum.</summary>
    public static Value operator +(double x, Value y) => Ops.Add(y.Number(x), y);

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(Value x, Value y) => Ops.Subtract(x, y);

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(Value x, double y) => Ops.Subtract(x, x.Number(y));

    /// <summary>Elementwise difference.</summary>
    public static Value operator -(double x, Value y) => Ops.Subtract(y.Number(x), y);

    /// <summary>Elementwise product.</summary>
    public static Value operator *(Value x, Value y) => Ops.Multiply(x, y);

    /// <summary>Elementwise product.</summary>
    public static Value operator *(Value x, double y) => Ops.Multiply(x, x.Number(y));

    /// <summary>Elementwise product.</summary>
    public static Value operator *(double x, Value y) => Ops.Multiply(y.Number(x), y);

    /// <summary>Negation.</summary>
    public static Value operator -(Value x) => Ops.Negate(x);

    /// <summary>A scalar constant of this value's element type.</summary>
    /// <exception cref="GraphException">The number does not fit the element type exactly, where that is an integer type or bool.</exception>
    internal Value Number(double number)
    {
        var exact = DType switch
        {
            DType.Int32 => number == (int)number,
            DType.Int64 => number == Math.Floor(number) && Math.Abs(number) <= 1L << 53,
            DType.Bool => number is 0 or 1,
            _ => true,
        };
        if (!exact)
            throw new GraphException($"the number {number} cannot be combined with '{Name}', which is {DType.Text()}; cast '{Name}' to a float type, or use a whole number. Written at {Origin.Capture()}.");
        return Graph.Constant(TensorData.Filled(DType, number));
    }
}
