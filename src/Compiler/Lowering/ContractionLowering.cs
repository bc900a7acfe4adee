using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Operations;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Lowers a product to strides: each operand must be a chain of views over a buffer, which packing reads through.</summary>
internal static class ContractionLowering
{
    public static SymbolicContraction Lower(Node node, DotOp dot, Func<Value, TensorBuffer?> storage)
    {
        return Lower(node, dot, RowMajor(node.Output.Shape), storage(node.Output)!, storage);
    }

    /// <summary>A fold of a product: the product with the strides of the fold's result, on which windows overlap.</summary>
    public static SymbolicContraction LowerFolded(Node node, FoldedProduct folded, Func<Value, TensorBuffer?> storage)
    {
        var (fold, result) = ((FoldOp)node.Op, RowMajor(node.Output.Shape));
        var windows = new Dim[result.Length + fold.Geometry.Axes.Count];
        result.CopyTo(windows, 0);
        for (var k = 0; k < fold.Geometry.Axes.Count; k++)
        {
            var axis = fold.Geometry.Axes[k];
            windows[axis] = result[axis] * fold.Geometry.Strides[k];
            windows[result.Length + k] = result[axis] * fold.Geometry.Dilations[k];
        }
        var product = Lower(folded.Product, (DotOp)folded.Product.Op, folded.Strides(windows), storage(node.Output)!, storage);
        return product with { Folded = node.Output.Shape.ElementCount };
    }

    private static SymbolicContraction Lower(Node node, DotOp dot, Dim[] stridesC, TensorBuffer bufferC, Func<Value, TensorBuffer?> storage)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        var (bufferA, startA, stridesA) = View(a, storage);
        var (bufferB, startB, stridesB) = View(b, storage);
        var batch = dot.LeftBatch.Select((left, i) => new SymbolicAxis(a.Shape[left], stridesA[left], stridesB[dot.RightBatch[i]], stridesC[i])).ToArray();
        var inner = dot.LeftContract.Select((left, i) => new SymbolicAxis(a.Shape[left], stridesA[left], stridesB[dot.RightContract[i]], 0)).ToArray();
        var freeA = Enumerable.Range(0, a.Rank).Where(x => !dot.LeftBatch.Contains(x) && !dot.LeftContract.Contains(x)).ToArray();
        var freeB = Enumerable.Range(0, b.Rank).Where(x => !dot.RightBatch.Contains(x) && !dot.RightContract.Contains(x)).ToArray();
        var rows = freeA.Select((x, i) => new SymbolicAxis(a.Shape[x], stridesA[x], 0, stridesC[batch.Length + i])).ToArray();
        var columns = freeB.Select((x, i) => new SymbolicAxis(b.Shape[x], 0, stridesB[x], stridesC[batch.Length + freeA.Length + i])).ToArray();
        return new SymbolicContraction(bufferA, startA, bufferB, startB, bufferC, batch, rows, columns, inner);
    }

    private static Dim[] RowMajor(Shape shape)
    {
        var strides = new Dim[shape.Rank];
        Dim stride = 1;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    private static (TensorBuffer Buffer, Dim Start, Dim[] Strides) View(Value value, Func<Value, TensorBuffer?> storage)
    {
        var axes = value.Shape.Select((extent, axis) => new LoopAxis($"i{axis}", extent, reduced: false)).ToArray();
        var elements = new GroupElements(new ScalarBuilder(), axes, storage) { LoadsConstants = true };
        var b = elements.Builder;
        var load = elements.At(value, elements.Indices);
        if (load is not { Op: ScalarOp.Load, Arguments.Length: 1 }) throw new InvalidOperationException($"operand '{value.Name}' is not a view of a buffer");
        var strides = new Dim[axes.Length];
        var start = load.Arguments[0];
        for (var axis = 0; axis < axes.Length; axis++)
        {
            if (axes[axis].Extent.IsOne) continue;
            if (!ScalarGraph.TryCoefficient(b, load.Arguments[0], axes[axis], out var coefficient) || !ScalarGraph.TryDim(coefficient, out strides[axis]))
                throw new InvalidOperationException($"operand '{value.Name}' is not an affine view along axis {axis}");
        }
        start = ScalarGraph.Substitute(b, start, s => s.Op == ScalarOp.LoopIndex ? b.Int64(0) : null, []);
        if (!ScalarGraph.TryDim(start, out var begin)) throw new InvalidOperationException($"operand '{value.Name}' has no fixed start");
        return ((TensorBuffer)load.Payload!, begin, strides);
    }
}
