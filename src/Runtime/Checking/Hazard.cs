namespace GraphGrad.Checking;

/// <summary>A node that goes wrong at a point at which its inputs are right, with consequences for a result.</summary>
/// <param name="Node">The node, in the user's graph.</param>
/// <param name="Point">The data of each source.</param>
/// <param name="Result">The value that becomes wrong.</param>
/// <param name="IsFinite">Whether digits are lost; else the node's result is infinite or NaN.</param>
/// <param name="Text">What goes wrong.</param>
internal sealed record Hazard(Node Node, TensorData[] Point, Value Result, bool IsFinite, string Text);
