namespace GraphGrad;

/// <summary>
/// The operations and functions from which graphs are built; <c>using static GraphGrad.Ops;</c> brings them into scope.
/// Each operation's part of this class stands in its own file under <c>Ops/</c>, each composed function's under <c>Functions/</c>.
/// </summary>
public static partial class Ops;
