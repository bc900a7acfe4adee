namespace GraphGrad.Scalars;

/// <summary>The scalar instructions of which every kernel body is made. All operands and the result have the stated types.</summary>
internal enum ScalarOp
{
    /// <summary>A literal; its bits are in <see cref="Scalar.Bits"/>.</summary>
    Constant,

    /// <summary>Int64: the value of a <see cref="Dim"/> in this run (<see cref="Scalar.Payload"/>).</summary>
    Extent,

    /// <summary>Int64: the current index of a loop (<see cref="Scalar.Payload"/>).</summary>
    LoopIndex,

    /// <summary>An input of a free-standing body, for tests (<see cref="Scalar.Payload"/> is its number).</summary>
    Parameter,

    /// <summary>
    /// An element of a buffer (<see cref="Scalar.Payload"/>) at an int64 offset in elements; with three arguments
    /// (offset, inside, outside): <c>inside ? buffer[offset] : outside</c>, and nothing is read where it is false.
    /// </summary>
    Load,

    /// <summary>The finished value of a reduction (<see cref="Scalar.Payload"/>).</summary>
    Accumulated,

    /// <summary>Numbers. Integers wrap.</summary>
    Add,
    Subtract,
    Multiply,

    /// <summary>Floats: IEEE. Integers: truncated toward zero; the divisor is never zero, callers guard it; MinValue / -1 wraps.</summary>
    Divide,

    /// <summary>Integers: what <see cref="Divide"/> leaves, with the sign of the dividend. Floats: exact fmod, as C#'s %.</summary>
    Remainder,

    /// <summary>Floats: a·b + c, rounded once.</summary>
    FusedMultiplyAdd,

    /// <summary>Numbers: NaN wins, -0 &lt; +0 (IEEE 754-2019 minimum).</summary>
    Minimum,

    /// <summary>Numbers: NaN wins, -0 &lt; +0 (IEEE 754-2019 maximum).</summary>
    Maximum,
    Negate,
    Absolute,

    /// <summary>Floats.</summary>
    SquareRoot,
    Floor,
    Ceiling,
    Truncate,
    RoundToEven,

    /// <summary>Integers bit by bit, or bool.</summary>
    And,
    Or,
    Xor,
    Not,

    /// <summary>Integers, by a count of the same type in 0 … bits − 1 (in vectors: a constant or any uniform count).</summary>
    ShiftLeft,
    ShiftRightArithmetic,
    ShiftRightLogical,

    /// <summary>The same bits as another type of the same size.</summary>
    Bitcast,

    /// <summary>
    /// Between numbers as a C# unchecked cast, but float to integer saturates and NaN becomes 0 (.NET 9+ on every platform);
    /// from bool: 0 or 1; to bool: not equal to zero (NaN is true).
    /// </summary>
    Convert,

    /// <summary>Two numbers of one type (or two bools, for Equal) to bool; false if either is NaN.</summary>
    Equal,
    LessThan,
    LessOrEqual,

    /// <summary>(bool condition, a, b): a where the condition holds, else b. Both are evaluated.</summary>
    Select,

    /// <summary>
    /// (bool condition, a, b): as <see cref="Select"/>, for a condition that seldom holds and an a that is dear: a kernel
    /// computes it only where the condition holds in some lane. Only what a alone needs is skipped.
    /// </summary>
    SelectRare,

    /// <summary>Float32: the number of a <see cref="LookupTable"/> (<see cref="Scalar.Payload"/>) at an int32 place, of which the four lowest bits count.</summary>
    Lookup,

    /// <summary>(value, bool ok): the value; notes a failure (<see cref="Scalar.Payload"/>) where ok is false.</summary>
    Guard,

    /// <summary>Int64: which run of the session this is.</summary>
    RunIndex,
}
