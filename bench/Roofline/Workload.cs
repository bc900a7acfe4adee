namespace GraphGrad.Bench.Roofline;

/// <summary>Work of one kind, which any number of cores can do side by side, each on memory of its own.</summary>
internal abstract class Workload : IDisposable
{
    /// <summary>What the table calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Operations or bytes per second, in billions.</summary>
    public abstract string Unit { get; }

    /// <summary>Operations or bytes in one repetition on one core.</summary>
    public abstract double WorkPerRepetition { get; }

    /// <summary>Does the work so many times on the calling thread, the <paramref name="thread"/>-th of those that run.</summary>
    public abstract void Run(int thread, long repetitions);

    public virtual void Dispose()
    {
    }
}
