namespace GraphGrad;

public static partial class Ops
{
    /// <summary>Sequences of different lengths as one tensor: the shorter ones go on with a number.</summary>
    /// <param name="sequences">[time, …] each, alike but for the known extent of the first axis.</param>
    /// <param name="batchFirst">Whether the result is [sequences, time, …], else [time, sequences, …].</param>
    /// <param name="padding">What follows the end of a sequence.</param>
    /// <exception cref="GraphException">There is no sequence, one is a scalar or of unknown length, or they differ in type or in other axes.</exception>
    public static Value PadSequence(Value[] sequences, bool batchFirst = false, double padding = 0)
    {
        if (sequences.Length == 0) throw new GraphException($"pad_sequence: give at least one sequence. Built at {Origin.Capture()}.");
        var first = sequences[0];
        foreach (var x in sequences)
        {
            if (x.Rank == 0 || !x.Shape[0].IsConstant || x.DType != first.DType || !x.Shape.Dims[1..].SequenceEqual(first.Shape.Dims[1..]))
                throw x.Graph.Error("pad_sequence", $"'{x.Name}' {x.Type} must be a sequence of known length, and like '{first.Name}' {first.Type} but for the first axis. Reshape or cast one of them.");
        }
        var longest = sequences.Max(x => x.Shape[0].Value);
        return Stack([.. sequences.Select(x => x.Shape[0].Value == longest ? x : Concat([x, Beyond(x)], 0))], batchFirst ? 0 : 1);

        Value Beyond(Value x) => BroadcastTo(Scalar(x, padding), new Shape([longest - x.Shape[0], .. x.Shape.Dims[1..]]));
    }
}
