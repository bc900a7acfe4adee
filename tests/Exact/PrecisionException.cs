namespace GraphGrad.Tests.Exact;

/// <summary>A number is not known well enough to go on; the same with more bits may be.</summary>
internal sealed class PrecisionException() : Exception("more bits are needed");
