namespace GraphGrad.Samples.Running;

/// <summary>A small whole program.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Summary">What it shows, in a line.</param>
/// <param name="Run">The program.</param>
internal sealed record Sample(string Name, string Summary, Action<SampleRun> Run);
