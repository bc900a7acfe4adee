namespace GraphGrad.Checking;

/// <summary>An iteration of a loop, counted from 1.</summary>
internal readonly record struct LoopStep(Node Loop, int Iteration);
