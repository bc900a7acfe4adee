using System.Collections.Concurrent;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Has code emitted that products with unknown extents can come to need, so that new extents are served without emitting any. That is many tiles, of which few programs
/// meet more than some, so they are emitted beside what runs, by one thread; a run that needs one earlier emits it there and then. Plans are made for the sake of the
/// code that they ask for.
/// </summary>
internal static class CodePreparation
{
    // The tiles of large extents repeat with the rows of the largest tile, 28, or, of every second place, with twice as many; those of small extents are met one by one.
    private const int Period = 56;

    // More rows than any choice of a tile looks at one by one.
    private const long LargeExtent = 240;

    // What else is bound while one symbol changes, and a symbol that stays while the others do: one image, say.
    private static readonly long[] Others = [6, 64];
    private const long Alone = 1;

    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<object, bool> Known = new();

    /// <summary>Ends when everything that was asked for so far has been emitted.</summary>
    public static Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Makes plans for a choice of extents, unless that was asked for before.</summary>
    /// <param name="key">What the plans depend on beside the extents.</param>
    /// <param name="symbols">The symbols of the extents, each once.</param>
    /// <param name="plan">Makes a plan for given values of them. What fails here fails again where it is needed.</param>
    /// <param name="finish">Runs after all plans.</param>
    public static void Add(object key, string[] symbols, Action<Func<string, long>> plan, Action? finish = null)
    {
        if (!Known.TryAdd(key, true)) return;
        lock (Gate)
        {
            Done = Done.ContinueWith(
                _ =>
                {
                    Plan(symbols, plan);
                    finish?.Invoke();
                },
                TaskScheduler.Default);
        }
    }

    private static void Plan(string[] symbols, Action<Func<string, long>> plan)
    {
        foreach (var extent in Extents()) plan(_ => extent);
        if (symbols.Length < 2) return;
        foreach (var one in symbols)
        {
            foreach (var extent in Extents())
            {
                foreach (var others in Others) plan(symbol => symbol == one ? extent : others);
                plan(symbol => symbol == one ? Alone : extent);
            }
        }
    }

    private static IEnumerable<long> Extents()
    {
        for (var i = 0; i < Period; i++)
        {
            yield return LargeExtent + i;
            yield return i + 1;
        }
    }
}
