namespace GraphGrad;

/// <summary>The weights of one direction of one layer of a recurrent network, outputs by inputs as libtorch has them; gates stand one below the other.</summary>
/// <param name="Input">[gates · hidden, inputs].</param>
/// <param name="Hidden">[gates · hidden, hidden].</param>
/// <param name="InputBias">[gates · hidden], or null for none.</param>
/// <param name="HiddenBias">[gates · hidden], or null for none.</param>
/// <param name="Projection">[projected, hidden] if the states of a long short-term memory are projected: they then have so many elements, and <paramref name="Hidden"/> so many inputs; cells keep theirs. Else null.</param>
public sealed record RecurrentWeights(Value Input, Value Hidden, Value? InputBias = null, Value? HiddenBias = null, Value? Projection = null);

public static partial class Ops
{
    // Each step of a gated unit of 50 takes 1.1 µs in float64 beside 0.4, which nobody notices of a few and everybody of a hundred.
    private const int ShortSequence = 8;

    /// <summary>One step of a recurrent network: tanh(Wx·x + bx + Wh·h + bh), or relu of it.</summary>
    /// <remarks>Elman, "Finding structure in time", 1990.</remarks>
    /// <param name="x">[batch, inputs].</param>
    /// <param name="h">[batch, hidden].</param>
    /// <param name="weights">Of one gate.</param>
    /// <param name="relu">Whether the activation is relu, else tanh.</param>
    /// <returns>[batch, hidden].</returns>
    /// <exception cref="GraphException">Shapes or types do not fit.</exception>
    public static Value RnnCell(Value x, Value h, RecurrentWeights weights, bool relu = false)
    {
        CheckCell("rnn", x, h, weights, 1);
        var inner = Precision(x, [weights], h);
        var own = Entered(inner, weights);
        return inner.Leave(RnnStep(Mapped(inner.Enter(x), own.Input, own.InputBias), inner.Enter(h), own, relu));
    }

    /// <summary>
    /// One step of a gated recurrent unit, gates in the order reset, update, new: r and z = sigmoid(Wx·x + bx + Wh·h + bh), n = tanh(Wx·x + bx + r·(Wh·h + bh)),
    /// and (1 - z)·n + z·h.
    /// </summary>
    /// <remarks>Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.</remarks>
    /// <param name="x">[batch, inputs].</param>
    /// <param name="h">[batch, hidden].</param>
    /// <param name="weights">Of three gates.</param>
    /// <returns>[batch, hidden].</returns>
    /// <exception cref="GraphException">Shapes or types do not fit.</exception>
    public static Value GruCell(Value x, Value h, RecurrentWeights weights)
    {
        CheckCell("gru", x, h, weights, 3);
        var inner = Precision(x, [weights], h);
        var own = Entered(inner, weights);
        return inner.Leave(GruStep(Mapped(inner.Enter(x), own.Input, own.InputBias), inner.Enter(h), own));
    }

    /// <summary>
    /// One step of a long short-term memory, gates in the order input, forget, new, output: i, f and o = sigmoid(Wx·x + bx + Wh·h + bh), g = tanh(likewise),
    /// the cell f·c + i·g, and the state o·tanh(cell), or a projection of it.
    /// </summary>
    /// <remarks>
    /// Hochreiter and Schmidhuber, "Long short-term memory", 1997; Gers, Schmidhuber and Cummins, "Learning to forget", 2000; Sak, Senior and Beaufays, "Long short-term memory based recurrent neural network
    /// architectures for large vocabulary speech recognition", 2014.
    /// </remarks>
    /// <param name="x">[batch, inputs].</param>
    /// <param name="h">[batch, hidden], or [batch, projected].</param>
    /// <param name="c">[batch, hidden].</param>
    /// <param name="weights">Of four gates.</param>
    /// <returns>State and cell, [batch, hidden] each.</returns>
    /// <exception cref="GraphException">Shapes or types do not fit.</exception>
    public static (Value Hidden, Value Cell) LstmCell(Value x, Value h, Value c, RecurrentWeights weights)
    {
        CheckCell("lstm", x, h, weights, 4);
        if (c.DType != h.DType || !c.Shape.Equals(new Shape([h.Shape[0], CellSize(weights)])))
            throw c.Graph.Error("lstm", $"the cell '{c.Name}' {c.Type} must be of the type of the state '{h.Name}' {h.Type}, and have {CellSize(weights)} elements for each example.");
        var inner = Precision(x, [weights], h, c);
        var own = Entered(inner, weights);
        var (hidden, cell) = LstmStep(Mapped(inner.Enter(x), own.Input, own.InputBias), inner.Enter(h), inner.Enter(c), own);
        return (inner.Leave(hidden), inner.Leave(cell));
    }

    /// <summary>A recurrent network of one or more layers, in one direction or both, each layer one loop: see <see cref="RnnCell"/>.</summary>
    /// <param name="x">[time, batch, inputs], or [batch, time, inputs] with <paramref name="batchFirst"/>.</param>
    /// <param name="weights">Of each layer, or of each direction of each layer: first layer forward, first layer backward, second layer forward, …</param>
    /// <param name="h">Where states start: [layers · directions, batch, hidden]; zeros if null.</param>
    /// <param name="bidirectional">Whether each layer also runs from the last place to the first.</param>
    /// <param name="batchFirst">Whether the batch is the first axis of x and of the result.</param>
    /// <param name="relu">Whether the activation is relu, else tanh.</param>
    /// <returns>The states of the last layer at all places, those of both directions beside each other; and the last state of each layer and direction.</returns>
    /// <exception cref="GraphException">Shapes or types do not fit, or the number of weights is odd and the network bidirectional.</exception>
    public static (Value Output, Value Hidden) Rnn(Value x, RecurrentWeights[] weights, Value? h = null, bool bidirectional = false, bool batchFirst = false, bool relu = false)
    {
        var (output, states) = Layers("rnn", x, weights, 1, [h], bidirectional, batchFirst, (fromInput, carries, w) => [RnnStep(fromInput, carries[0], w, relu)]);
        return (output, states[0]);
    }

    /// <summary>Gated recurrent units in layers: see <see cref="GruCell"/>.</summary>
    /// <inheritdoc cref="Rnn"/>
    public static (Value Output, Value Hidden) Gru(Value x, RecurrentWeights[] weights, Value? h = null, bool bidirectional = false, bool batchFirst = false)
    {
        var (output, states) = Layers("gru", x, weights, 3, [h], bidirectional, batchFirst, (fromInput, carries, w) => [GruStep(fromInput, carries[0], w)]);
        return (output, states[0]);
    }

    /// <summary>Long short-term memories in layers: see <see cref="LstmCell"/>; cells start as states do.</summary>
    /// <inheritdoc cref="Rnn"/>
    /// <returns>The states of the last layer at all places, those of both directions beside each other; and the last state and cell of each layer and direction.</returns>
    public static (Value Output, Value Hidden, Value Cell) Lstm(Value x, RecurrentWeights[] weights, Value? h = null, Value? c = null, bool bidirectional = false, bool batchFirst = false)
    {
        var (output, states) = Layers("lstm", x, weights, 4, [h, c], bidirectional, batchFirst, (fromInput, carries, w) =>
        {
            var (hidden, cell) = LstmStep(fromInput, carries[0], carries[1], w);
            return [hidden, cell];
        });
        return (output, states[0], states[1]);
    }

    private static (Value Output, Value[] States) Layers(
        string function, Value x, RecurrentWeights[] weights, int gates, Value?[] starts, bool bidirectional, bool batchFirst, Func<Value, Value[], RecurrentWeights, Value[]> step)
    {
        var directions = bidirectional ? 2 : 1;
        if (x.Rank != 3) throw x.Graph.Error(function, $"'{x.Name}' {x.Type} must have three axes: {(batchFirst ? "batch, time" : "time, batch")}, inputs. Reshape it.");
        if (weights.Length == 0 || weights.Length % directions != 0)
            throw x.Graph.Error(function, $"{weights.Length} weights do not make layers of {directions} directions; give those of each direction of each layer.");
        var hidden = weights[0].Hidden.Shape[^1];
        var sequence = batchFirst ? Transpose(x, 1, 0, 2) : x;
        // The first are states, the second cells.
        Shape[] shapes = [.. starts.Select((_, k) => new Shape([weights.Length, sequence.Shape[1], k == 0 ? hidden : CellSize(weights[0])]))];
        foreach (var (start, shape) in starts.Zip(shapes))
        {
            if (start is not null && !(start.DType == x.DType && start.Shape.Equals(shape)))
                throw x.Graph.Error(function, $"the start '{start.Name}' {start.Type} must be {x.DType.Text()}{shape}: layers and directions, batch, hidden.");
        }
        var inner = Precision(sequence[0], weights, starts, sequence.Shape[0]);
        sequence = inner.Enter(sequence);
        var last = new List<Value[]>();
        for (var layer = 0; layer < weights.Length / directions; layer++)
        {
            var outputs = new Value[directions];
            for (var direction = 0; direction < directions; direction++)
            {
                var place = (layer * directions) + direction;
                Value[] carries = [.. starts.Select((s, k) => s is null ? BroadcastTo(Scalar(sequence, 0), new Shape([.. shapes[k].Dims[1..]])) : inner.Enter(s[place]))];
                CheckCell(function, sequence[0], carries[0], weights[place], gates);
                var own = Entered(inner, weights[place]);
                // What depends on the inputs alone is one product for all places.
                var (ends, states) = Scan(
                    (c, fromInput) =>
                    {
                        var next = step(fromInput[0], c, own);
                        return (next, [next[0]]);
                    },
                    carries, [Mapped(sequence, own.Input, own.InputBias)], reverse: direction == 1);
                outputs[direction] = states[0];
                last.Add(ends);
            }
            sequence = Concat(outputs, 2);
        }
        var output = inner.Leave(sequence);
        return (batchFirst ? Transpose(output, 1, 0, 2) : output, [.. starts.Select((_, k) => inner.Leave(Stack([.. last.Select(l => l[k])])))]);
    }

    private static InnerPrecision Precision(Value x, RecurrentWeights[] weights, params Value?[] states) => Precision(x, weights, states, 1);

    /// <summary>By the steps, each of which is a function by itself, for so many layers; of a known number of steps, so many as <see cref="ShortSequence"/> count as one.</summary>
    private static InnerPrecision Precision(Value x, RecurrentWeights[] weights, Value?[] states, Dim steps)
    {
        Dim[] products = [.. weights.Select(w => x.Shape[0] * (w.Input.Shape.ElementCount + w.Hidden.Shape.ElementCount + (w.Projection?.Shape.ElementCount ?? 0)))];
        return InnerPrecision.Of(
            [.. products, .. steps.IsConstant ? products.Select(p => p * steps / ShortSequence) : []],
            [x, .. states, .. weights.SelectMany(w => new[] { w.Input, w.Hidden, w.InputBias, w.HiddenBias, w.Projection })]);
    }

    private static RecurrentWeights Entered(InnerPrecision inner, RecurrentWeights weights) =>
        new(inner.Enter(weights.Input), inner.Enter(weights.Hidden), inner.Enter(weights.InputBias), inner.Enter(weights.HiddenBias), inner.Enter(weights.Projection));

    private static Value RnnStep(Value fromInput, Value h, RecurrentWeights weights, bool relu)
    {
        var sum = fromInput + Mapped(h, weights.Hidden, weights.HiddenBias);
        return relu ? Relu(sum) : Tanh(sum);
    }

    private static Value GruStep(Value fromInput, Value h, RecurrentWeights weights)
    {
        var (x, own) = (Split(fromInput, 3, 1), Split(Mapped(h, weights.Hidden, weights.HiddenBias), 3, 1));
        var (reset, update) = (Sigmoid(x[0] + own[0]), Sigmoid(x[1] + own[1]));
        var candidate = Tanh(x[2] + (reset * own[2]));
        return candidate + (update * (h - candidate));
    }

    private static (Value Hidden, Value Cell) LstmStep(Value fromInput, Value h, Value c, RecurrentWeights weights)
    {
        var gates = Split(fromInput + Mapped(h, weights.Hidden, weights.HiddenBias), 4, 1);
        var cell = (Sigmoid(gates[1]) * c) + (Sigmoid(gates[0]) * Tanh(gates[2]));
        var hidden = Sigmoid(gates[3]) * Tanh(cell);
        return (weights.Projection is { } projection ? Mapped(hidden, projection, null) : hidden, cell);
    }

    /// <summary>How many elements the cell of an example has.</summary>
    private static Dim CellSize(RecurrentWeights weights) => weights.Projection is { Rank: 2 } projection ? projection.Shape[1] : weights.Hidden.Shape[^1];

    private static void CheckCell(string function, Value x, Value h, RecurrentWeights weights, int gates)
    {
        var graph = x.Graph;
        if (x.Rank != 2 || h.Rank != 2 || x.Shape[0] != h.Shape[0]) throw graph.Error(function, $"the input '{x.Name}' {x.Type} must be [batch, inputs], and the state '{h.Name}' {h.Type} [batch, hidden]. Reshape them.");
        var hidden = h.Shape[1];
        if (weights.Projection is { } projection)
        {
            if (gates != 4) throw graph.Error(function, $"only the states of long short-term memories are projected; leave '{projection.Name}' out.");
            if (projection.Rank != 2 || projection.Shape[0] != h.Shape[1])
                throw graph.Error(function, $"the projection '{projection.Name}' {projection.Type} must be [{h.Shape[1]}, hidden] for the state '{h.Name}' {h.Type}. Transpose or reshape it.");
            hidden = projection.Shape[1];
        }
        var rows = hidden * gates;
        Check(weights.Input, "input weights", [rows, x.Shape[1]]);
        Check(weights.Hidden, "hidden weights", [rows, h.Shape[1]]);
        if (weights.InputBias is { } inputBias) Check(inputBias, "input bias", [rows]);
        if (weights.HiddenBias is { } hiddenBias) Check(hiddenBias, "hidden bias", [rows]);

        void Check(Value value, string what, Shape shape)
        {
            if (!value.Shape.Equals(shape))
                throw graph.Error(function, $"the {what} '{value.Name}' {value.Shape} must have the shape {shape}: {gates} times {hidden} hidden elements by inputs of their own.");
        }
    }
}
