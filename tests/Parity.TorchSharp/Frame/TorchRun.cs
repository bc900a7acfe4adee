namespace GraphGrad.Parity.Live;

/// <summary>Runs cases in libtorch.</summary>
internal static class TorchRun
{
    /// <summary>An empty recording that names the versions at hand.</summary>
    public static Recording NewRecording() => new(LibtorchVersion, TorchSharpVersion);

    public static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    public static string LibtorchVersion => string.Join('.', __version__.Split('+')[0].Split('.').Take(3));

    /// <summary>Adds libtorch's answers to a case, or that it refuses it.</summary>
    public static void Record(Recording recording, Case row, Func<Tensor[], Outputs> expression)
    {
        using var held = HeldFinalizers.Hold();
        recording.Begin(row);
        foreach (var type in row.Types)
        {
            for (var set = 0; set < row.Sets.Length; set++)
            {
                using var scope = NewDisposeScope();
                recording.Add(row, set, type, Answer(row, set, type, expression));
            }
        }
    }

    private static Answers Answer(Case row, int set, DType type, Func<Tensor[], Outputs> expression)
    {
        var data = row.Inputs(set, type);
        var inputs = data.Select(ToTorch).ToArray();
        var floats = inputs.Where((_, i) => data[i].DType.IsFloat()).ToArray();
        var derivatives = row.Derivatives;
        if (derivatives != Derivatives.None)
        {
            foreach (var x in floats) x.requires_grad = true;
        }
        // An operation in place would change a leaf: expressions see copies that hang on the leaves.
        var values = expression([.. inputs.Select(x => x.is_floating_point() ? x.alias() : x)]).Tensors;
        Tensor[] outputs = [.. values.Where(y => y.is_floating_point())];
        Tensor[] gradients = [], seconds = [];
        if (floats.Length > 0 && outputs.Length > 0 && derivatives != Derivatives.None)
        {
            gradients = Gradients(outputs, floats, type, Turns.OfResult);
            if (derivatives == Derivatives.Second) seconds = Gradients(gradients, floats, type, Turns.OfGradient);
        }
        return new Answers(ToData(values), ToData(gradients), ToData(seconds));
    }

    private static Tensor[] Gradients(Tensor[] values, Tensor[] inputs, DType type, int turn)
    {
        // libtorch ends the process if it is asked to differentiate what depends on nothing.
        var moving = values.Select((value, i) => (value, i)).Where(v => v.value.requires_grad).ToArray();
        if (moving.Length == 0) return [.. inputs.Select(x => zeros_like(x))];
        var weights = moving.Select(v => ToTorch(Data.Weights(type, [.. v.value.shape.Select(n => (int)n)], turn))).ToArray();
        var gradients = autograd.grad(
            outputs: [.. moving.Select(v => v.value)], inputs: inputs, grad_outputs: weights, retain_graph: true, create_graph: true, allow_unused: true);
        return [.. gradients.Select((g, i) => g is null || g.IsInvalid ? zeros_like(inputs[i]) : g)];
    }

    public static Tensor ToTorch(TensorData data)
    {
        var shape = data.Extents().Select(n => (long)n).ToArray();
        return data.DType switch
        {
            DType.Float32 => tensor(data.AsSpan<float>().ToArray(), shape),
            DType.Float64 => tensor(data.AsSpan<double>().ToArray(), shape),
            DType.Int32 => tensor(data.AsSpan<int>().ToArray(), shape),
            DType.Int64 => tensor(data.AsSpan<long>().ToArray(), shape),
            _ => tensor(data.AsSpan<bool>().ToArray(), shape),
        };
    }

    public static TensorData[] ToData(Tensor[] tensors) => [.. tensors.Select(ToData)];

    public static TensorData ToData(Tensor x)
    {
        return x.dtype switch
        {
            ScalarType.Float32 => ToData<float>(x),
            ScalarType.Float64 => ToData<double>(x),
            ScalarType.Int32 => ToData<int>(x),
            ScalarType.Int64 => ToData<long>(x),
            ScalarType.Bool => ToData<bool>(x),
            var other => throw new NotSupportedException($"libtorch's result is {other}, which GraphGrad does not have."),
        };
    }

    // TorchSharp does not read the data of a tensor without elements.
    private static TensorData ToData<T>(Tensor x)
        where T : unmanaged =>
        TensorData.Create<T>(x.numel() == 0 ? [] : x.detach().contiguous().data<T>().ToArray(), [.. x.shape.Select(n => (int)n)]);
}
