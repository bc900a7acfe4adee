namespace GraphGrad.Parity;

/// <summary>What an expression gives: one value or several, written as a tuple or an array.</summary>
internal sealed record Results(params Value[] Values)
{
    public static implicit operator Results(Value value) => new(value);

    public static implicit operator Results(Value[] values) => new(values);

    public static implicit operator Results((Value First, Value Second) values) => new(values.First, values.Second);

    public static implicit operator Results((Value First, Value Second, Value Third) values) => new(values.First, values.Second, values.Third);
}
