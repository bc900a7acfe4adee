using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// What rows need once each, such as the reciprocal of a distance by which a row of differences is multiplied: beside lanes along the rows it would be computed alone, in the time of
/// a good part of a row where that is a quotient or a root. A kernel of its own has rows in the lanes and leaves it in memory.
/// </summary>
internal static class RowValues
{
    // Below this many points a further kernel costs what it saves.
    private const long FewestPoints = 32_768;

    // Fewer take no longer than to read what they come to. A quotient or a root takes as long as some.
    private const int FewestInstructions = 8, InstructionsOfQuotient = 8;

    // Of fewer rows the kernel would fill few vectors.
    private const int FewestVectors = 8;

    // From this part of a row's instructions on they are worth a kernel: they wait for each other, so that each takes as long as two of those that lanes share.
    private const int LeastPart = 8;

    /// <summary>Makes the draft read what another kernel leaves.</summary>
    /// <param name="draft">The kernel in the making.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="temporary">Makes a buffer for what rows need.</param>
    /// <returns>The kernels that run first; empty where it does not pay.</returns>
    public static Kernel[] Take(KernelDraft draft, int lanes, string name, Func<TensorType, string, TensorBuffer> temporary)
    {
        if (lanes == 1 || RowChunks.Estimate(draft.Axes) < FewestPoints || VectorAxis.Choose(draft, lanes) is not { } vector) return [];
        // What does not change from row to row is computed outside the loop over them.
        var rows = draft.Axes.FindLast(a => a.Reduced && a != vector) ?? draft.Axes.FindLast(a => a != vector);
        if (rows is null) return [];
        var ofElements = ScalarGraph.Reachable(draft.Values).Where(s => ScalarGraph.DependsOn(s, vector)).ToArray();
        var work = ofElements.Where(IsInstruction).Sum(s => InstructionsOf(s) * s.Type.Size() / sizeof(float)) * ((RowChunks.Estimate(vector) + lanes - 1) / lanes);
        var found = new List<Scalar>();
        var seen = new HashSet<Scalar>();
        foreach (var value in draft.Values) Visit(value);
        var kernels = new List<Kernel>();
        var loads = new Dictionary<Scalar, Scalar>();
        foreach (var values in found.GroupBy(v => string.Join(' ', AxesOf(v).Select(a => draft.Axes.IndexOf(a)))))
        {
            var axes = AxesOf(values.First());
            var alone = ScalarGraph.Reachable([.. values]).Where(s => s.Type.IsFloat() && IsInstruction(s)).Sum(InstructionsOf);
            if (RowChunks.Estimate(axes) < FewestVectors * lanes || alone < FewestInstructions || alone * LeastPart < work) continue;
            var (kernel, read) = ValuesBefore.Compute(draft.Builder, axes, [.. values], lanes, $"{name}/rows", type => temporary(type, "row"));
            kernels.Add(kernel);
            foreach (var (value, load) in values.Zip(read)) loads.Add(value, load);
        }
        if (kernels.Count > 0) draft.Substitute(loads.GetValueOrDefault);
        return [.. kernels];

        LoopAxis[] AxesOf(Scalar value) => [.. draft.Axes.Where(a => ScalarGraph.DependsOn(value, a))];

        void Visit(Scalar scalar)
        {
            if (!seen.Add(scalar)) return;
            if (ScalarGraph.DependsOn(scalar, vector) || !ScalarGraph.DependsOn(scalar, rows) || ScalarGraph.Reachable([scalar]).Any(s => s.Op is ScalarOp.Accumulated or ScalarOp.Guard or ScalarOp.SelectRare))
            {
                foreach (var argument in scalar.Arguments) Visit(argument);
            }
            else if (scalar.Type.IsFloat() && IsInstruction(scalar))
            {
                found.Add(scalar);
            }
            else
            {
                // A comparison is made again, which takes less than to bring its outcome to the lanes.
                foreach (var argument in scalar.Arguments) Visit(argument);
            }
        }

        static bool IsInstruction(Scalar scalar) => !scalar.IsConstant && scalar.Type != DType.Int64 && scalar.Op != ScalarOp.Load;

        static int InstructionsOf(Scalar scalar) => scalar.Op is ScalarOp.Divide or ScalarOp.SquareRoot ? InstructionsOfQuotient : 1;
    }
}
