using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>
/// Choices that a row makes as a whole, out of choices that each element makes: u ? (m ? a : b) : (m ? c : d) is m ? (u ? a : c) : (u ? b : d), and of that the row makes the
/// choice between a and c once. The gradient of a cross-entropy with labels that are left out is such a one: m names the label's place, u whether there is one.
/// </summary>
internal static class RowChoices
{
    public static void Hoist(KernelDraft draft)
    {
        var b = draft.Builder;
        var done = new Dictionary<Scalar, Scalar>();
        draft.Rewrite(value => ScalarGraph.Substitute(b, value, Parts, done));

        Scalar? Parts(Scalar scalar) =>
            scalar is { Op: ScalarOp.Select, Arguments: [var row, { Op: ScalarOp.Select, Arguments: [var place, var a, var other] }, { Op: ScalarOp.Select, Arguments: [var same, var c, var otherwise] }] }
            && ReferenceEquals(place, same) && draft.Axes.Any(axis => ScalarGraph.DependsOn(place, axis) && !ScalarGraph.DependsOn(row, axis) && !ScalarGraph.DependsOn(a, axis) && !ScalarGraph.DependsOn(c, axis))
                ? b.Select(place, b.Select(row, a, c), b.Select(row, other, otherwise))
                : null;
    }
}
