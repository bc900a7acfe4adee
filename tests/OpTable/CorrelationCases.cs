using GraphGrad.Operations;
using static GraphGrad.Tests.OpTable.NdData;

namespace GraphGrad.Tests.OpTable;

/// <summary>Rows of the three products of a correlation, against a walk over all pairs of elements and taps.</summary>
internal static class CorrelationCases
{
    public static IEnumerable<OpCase> All
    {
        get
        {
            foreach (var type in Floats)
            {
                foreach (var problem in Problems())
                {
                    var (x, w, y) = (Sample(type, problem.Images), Sample(type, problem.Kernels), Sample(type, problem.Results));
                    yield return Row($"CorrelateOp {type.Text()} {problem}", typeof(CorrelateOp), v => Add(new CorrelateOp(problem.Geometry), v), p => problem.Sum(p[0], p[1], null), x, w);
                    yield return Row(
                        $"CorrelateInputOp {type.Text()} {problem}", typeof(CorrelateInputOp), v => Add(new CorrelateInputOp(problem.Geometry, problem.Images), v), p => problem.Sum(null, p[1], p[0]), y, w);
                    yield return Row(
                        $"CorrelateKernelOp {type.Text()} {problem}", typeof(CorrelateKernelOp), v => Add(new CorrelateKernelOp(problem.Geometry, problem.Kernels), v), p => problem.Sum(p[0], null, p[1]), x, y);
                }
            }
        }
    }

    internal static IEnumerable<CorrelationProblem> Problems()
    {
        yield return new([2, 3, 4, 5], [3, 1, 3, 3], [1, 1], [1, 1], [1, 1], [1, 1]);
        yield return new([3, 4, 6, 7], [6, 2, 2, 3], [2, 2], [1, 1], [0, 1], [1, 1]);
        yield return new([1, 4, 7, 4], [2, 2, 3, 2], [1, 3], [2, 1], [2, 0], [2, 1]);
        yield return new([2, 2, 5, 5], [4, 1, 2, 2], [3, 2], [2, 3], [1, 2], [0, 1]);
        yield return new([2, 4, 9], [4, 2, 3], [2], [2], [2], [1]);
        yield return new([2, 2, 3, 4, 3], [2, 1, 2, 3, 2], [2, 1, 2], [1, 1, 1], [1, 1, 0], [0, 1, 1]);
        // A stride beyond the kernel leaves places out.
        yield return new([1, 2, 5, 6], [2, 1, 1, 1], [2, 3], [1, 1], [0, 0], [0, 0]);
        yield return new([0, 2, 3, 3], [2, 1, 2, 2], [1, 1], [1, 1], [0, 0], [0, 0]);
    }

    private static Value Add(Op op, Value[] inputs) => inputs[0].Graph.Add(op, inputs);

    private static OpCase Row(string name, Type op, Func<Value[], Value> build, Func<TensorData[], double[]> expected, params TensorData[] inputs) =>
        new() { Name = name, Op = op, Inputs = inputs, Build = build, Expected = expected, Ulps = 8, Absolute = inputs[0].DType == DType.Float32 ? 4e-6 : 1e-14 };
}
