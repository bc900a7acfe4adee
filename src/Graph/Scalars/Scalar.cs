namespace GraphGrad.Scalars;

/// <summary>
/// One value of scalar arithmetic: a node of a hash-consed expression graph, so that equal computations are one object.
/// Width does not occur here; emission computes it for one element or for a vector of them.
/// </summary>
internal sealed class Scalar
{
    internal Scalar(int id, ScalarOp op, DType type, Scalar[] arguments, long bits, object? payload)
    {
        Id = id;
        Op = op;
        Type = type;
        Arguments = arguments;
        Bits = bits;
        Payload = payload;
        Loops = op == ScalarOp.LoopIndex ? [payload!] : Union(arguments);
        IsOfRow = op == ScalarOp.Accumulated || payload is IScalarBuffer { IsOfOneRow: true } || Array.Exists(arguments, a => a.IsOfRow);
    }

    /// <summary>The order of creation within its builder; arguments have smaller ids.</summary>
    public int Id { get; }

    public ScalarOp Op { get; }

    public DType Type { get; }

    public Scalar[] Arguments { get; }

    /// <summary>A constant's bits: of the float or double, or the integer sign-extended, or 0 and 1.</summary>
    public long Bits { get; }

    /// <summary>What the instruction refers to outside the arithmetic: a dim, a loop, a buffer, a reduction.</summary>
    public object? Payload { get; }

    /// <summary>The loops with whose indices it may change. Found once, for expressions that share much are far larger than what they are made of.</summary>
    public object[] Loops { get; }

    /// <summary>Whether something in it was reduced, or kept, in a row.</summary>
    public bool IsOfRow { get; }

    public bool IsConstant => Op == ScalarOp.Constant;

    public float Float32 => BitConverter.Int32BitsToSingle((int)Bits);

    public double Float64 => BitConverter.Int64BitsToDouble(Bits);

    /// <summary>Whether another scalar occurs in it.</summary>
    public bool Contains(Scalar part)
    {
        var seen = new HashSet<Scalar>();
        return Holds(this);

        // What is older than the part does not hold it.
        bool Holds(Scalar scalar) => scalar == part || (scalar.Id > part.Id && seen.Add(scalar) && Array.Exists(scalar.Arguments, Holds));
    }

    public bool IsInteger(long value) => IsConstant && Type.IsInteger() && Bits == value;

    public override string ToString() => Op switch
    {
        ScalarOp.Constant => Type switch
        {
            DType.Float32 => Float32.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "f",
            DType.Float64 => Float64.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            DType.Bool => Bits != 0 ? "true" : "false",
            _ => Bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
        ScalarOp.Extent or ScalarOp.LoopIndex or ScalarOp.Accumulated or ScalarOp.RunIndex or ScalarOp.Parameter => Payload?.ToString() ?? Op.ToString(),
        ScalarOp.Load or ScalarOp.Lookup => $"{Payload}[{string.Join(", ", (object[])Arguments)}]",
        _ => $"{Op}({string.Join(", ", (object[])Arguments)})",
    };

    private static object[] Union(Scalar[] arguments)
    {
        object[] loops = [];
        foreach (var argument in arguments)
        {
            if (ReferenceEquals(argument.Loops, loops)) continue;
            if (loops.Length == 0) loops = argument.Loops;
            else if (Array.Exists(argument.Loops, l => Array.IndexOf(loops, l) < 0)) loops = [.. loops.Union(argument.Loops)];
        }
        return loops;
    }
}
