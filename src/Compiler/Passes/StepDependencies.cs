namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Which steps wait for which, with an order in which each comes after those that it waits for. The order is mended where a dependency is added that it does not have (Pearce and
/// Kelly's dynamic topological sort), so that whether one step waits for another is looked for between the two alone, and not in all of a deep network.
/// </summary>
internal sealed class StepDependencies
{
    private readonly Dictionary<object, HashSet<object>> needed = [];
    private readonly Dictionary<object, HashSet<object>> users = [];
    private readonly Dictionary<object, int> places = [];
    private int added;

    /// <summary>How many steps have been looked at.</summary>
    public long Visits { get; private set; }

    /// <summary>What a step waits for.</summary>
    public IReadOnlySet<object> this[object step] => needed[step];

    /// <summary>A step, at the end of the order.</summary>
    public void Add(object step)
    {
        needed.Add(step, []);
        users.Add(step, []);
        places.Add(step, added++);
    }

    /// <summary>Lets a step wait for another one, which does not wait for it.</summary>
    public void Add(object step, object before)
    {
        if (!needed[step].Add(before)) return;
        users[before].Add(step);
        if (places[before] < places[step]) return;
        // Those that wait for the step, up to the other's place, go behind those that the other waits for, from the step's place on; all in the places that they have.
        var (earliest, latest) = (places[step], places[before]);
        var ahead = Within([before], needed, place => place >= earliest);
        var behind = Within([step], users, place => place <= latest);
        int[] free = [.. ahead.Concat(behind).Select(s => places[s]).Order()];
        foreach (var (moved, place) in ahead.OrderBy(s => places[s]).Concat(behind.OrderBy(s => places[s])).ToArray().Zip(free)) places[moved] = place;
    }

    /// <summary>Whether a step is another one or waits for it, over others too.</summary>
    public bool Reaches(object from, object target)
    {
        var earliest = places[target];
        if (from == target) return true;
        return places[from] > earliest && Within([from], needed, place => place >= earliest).Contains(target);
    }

    /// <summary>Takes a step away; who waited for it waits for another one, which waits for what it waited for.</summary>
    public void Unite(object step, object into)
    {
        foreach (var before in needed[step]) users[before].Remove(step);
        foreach (var user in users[step]) needed[user].Remove(step);
        foreach (var before in needed[step].Where(before => before != into)) Add(into, before);
        foreach (var user in users[step].Where(user => user != into)) Add(user, into);
        needed.Remove(step);
        users.Remove(step);
        places.Remove(step);
    }

    /// <summary>What is reached from steps along edges, through places that are admitted.</summary>
    private HashSet<object> Within(object[] from, Dictionary<object, HashSet<object>> edges, Func<int, bool> admits)
    {
        var (seen, pending) = (from.ToHashSet(), new Stack<object>(from));
        while (pending.TryPop(out var step))
        {
            Visits++;
            foreach (var next in edges[step])
            {
                if (admits(places[next]) && seen.Add(next)) pending.Push(next);
            }
        }
        return seen;
    }
}
