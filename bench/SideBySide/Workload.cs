namespace GraphGrad.Bench.SideBySide;

/// <summary>A program that every contestant runs on the same data.</summary>
/// <param name="Name">What the command line, the table and the peers' scripts call it.</param>
/// <param name="Define">Builds the graph and makes the data; the same each time.</param>
/// <param name="Flops">
/// Floating-point operations of one run at the least: a multiply-add counts two, and so does any other instruction, since it takes a
/// multiply-add's place.
/// </param>
/// <param name="Bytes">What has to be read and written at the least; 0 for feeds, variables and fetches once each.</param>
internal sealed record Workload(string Name, Func<Definition> Define, double Flops = 0, double Bytes = 0)
{
    /// <summary>True where one run is a loop of many steps; figures are for one step.</summary>
    public bool IsLoop { get; init; }

    /// <summary>True where the outcome depends on the data so strongly that float32 differs more between two right answers.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>True for the workloads beyond those with a figure to reach; they run only when they are asked for.</summary>
    public bool IsOther { get; init; }
}
