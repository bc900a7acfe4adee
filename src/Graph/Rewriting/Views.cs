using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>Choices and rearrangements of elements, with which every elementwise function commutes.</summary>
internal static class Views
{
    /// <summary>The value of which another is a view of views.</summary>
    public static Value Under(Value view, Match match)
    {
        while (IsView(view, match)) view = view.Node.Inputs[0];
        return view;
    }

    /// <summary>The views of <see cref="Under"/>, of another value of the same shape.</summary>
    public static Value Again(Value view, Value under, Value other) =>
        ReferenceEquals(view, under)
            ? other
            : view.Graph.Add(view.Node.Op, [Again(view.Node.Inputs[0], under, other), .. view.Node.Inputs.Skip(1)]);

    private static bool IsView(Value value, Match match) =>
        value.Node.Op is ReshapeOp or TransposeOp or SliceOp or GatherOp or BroadcastOp && match.MayLookInto(value);
}
