namespace GraphGrad.Checking;

/// <summary>A node that goes wrong at a point at which its inputs are right, with consequences for a result.</summary>
/// <param name="Node">The node, in the user's graph or in the body of a loop.</param>
/// <param name="Point">The data of each source.</param>
/// <param name="Result">The value of the program that becomes wrong.</param>
/// <param name="IsFinite">Whether digits are lost; else the node's result is infinite or NaN.</param>
/// <param name="Text">What goes wrong.</param>
/// <param name="Way">The loops around the node, outermost first, and in which iteration of each it happens.</param>
internal sealed record Hazard(Node Node, TensorData[] Point, Value Result, bool IsFinite, string Text, LoopStep[] Way)
{
    /// <summary>The node, or the loop that it is in, in the user's graph.</summary>
    public Node Outermost => Way is [var outer, ..] ? outer.Loop : Node;
}
