using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Passes;

/// <summary>
/// Orders the steps so that little memory is alive at once: of the steps that can run next, the one that frees most, or takes least.
/// After it no step comes before what it waits for, and none that changes a variable before one that data can make fail. The
/// order given stays where the other would not take less at its peak.
/// </summary>
internal static class StepOrder
{
    // For extents that are not known; only proportions matter.
    private const long AssumedExtent = 64;

    public static ResultPlacement.Result Arrange(ResultPlacement.Result placed)
    {
        var steps = placed.Steps;
        if (steps.Count < 2) return placed;
        var kept = placed.FetchCopies.Concat(placed.Commits).Select(c => c.From).ToHashSet();
        var graph = new Dependencies(steps, placed.FirstInPlaceStep, kept);
        var given = Enumerable.Range(0, steps.Count).ToArray();
        var arranged = graph.Greedy();
        if (graph.Peak(arranged) >= graph.Peak(given)) return placed;
        var firstInPlace = Array.FindIndex(arranged, s => s >= placed.FirstInPlaceStep);
        return placed with { Steps = [.. arranged.Select(s => steps[s])], FirstInPlaceStep = firstInPlace < 0 ? steps.Count : firstInPlace };
    }

    private sealed class Dependencies
    {
        private readonly List<int>[] after;
        private readonly int[] waitsFor;
        private readonly TensorBuffer[][] used;
        private readonly Dictionary<TensorBuffer, List<int>> users = [];
        private readonly Dictionary<TensorBuffer, long> sizes = [];
        private readonly HashSet<TensorBuffer> kept;
        private readonly List<(TensorBuffer Output, TensorBuffer Input)>[] inPlace;

        public Dependencies(List<LoweredStep> steps, int firstInPlace, HashSet<TensorBuffer> kept)
        {
            this.kept = kept;
            after = [.. steps.Select(_ => new List<int>())];
            waitsFor = new int[steps.Count];
            inPlace = [.. steps.Select(InPlace.Candidates)];
            used = new TensorBuffer[steps.Count][];
            var writers = new Dictionary<TensorBuffer, List<int>>();
            var readers = new Dictionary<TensorBuffer, List<int>>();
            var failing = new List<int>();
            for (var s = 0; s < steps.Count; s++)
            {
                var before = new HashSet<int>();
                var (reads, writes) = (steps[s].Reads.Distinct().ToArray(), steps[s].Writes.Distinct().ToArray());
                foreach (var buffer in reads) before.UnionWith(Of(writers, buffer));
                foreach (var buffer in writes) before.UnionWith(Of(writers, buffer).Concat(Of(readers, buffer)));
                // When data makes a step fail, no variable has changed yet.
                if (s >= firstInPlace) before.UnionWith(failing);
                foreach (var b in before) after[b].Add(s);
                waitsFor[s] = before.Count;
                foreach (var buffer in reads) Of(readers, buffer).Add(s);
                foreach (var buffer in writes) Of(writers, buffer).Add(s);
                if (steps[s] is LoweredRoutine || (steps[s] is LoweredKernel { Kernel: var kernel } && ScalarGraph.Reachable(kernel.Roots).Exists(x => x.Op == ScalarOp.Guard))) failing.Add(s);
                used[s] = [.. reads.Concat(writes).Where(b => b.Kind == BufferKind.Arena).Distinct()];
                foreach (var buffer in used[s])
                {
                    Of(users, buffer).Add(s);
                    sizes[buffer] = buffer.ByteSize.Evaluate(_ => AssumedExtent);
                }
            }

            static List<int> Of(Dictionary<TensorBuffer, List<int>> steps, TensorBuffer buffer)
            {
                if (!steps.TryGetValue(buffer, out var found)) steps.Add(buffer, found = []);
                return found;
            }
        }

        public int[] Greedy()
        {
            var waiting = (int[])waitsFor.Clone();
            var memory = Memory.Of(this);
            Candidate[] candidates = [.. waiting.Select((_, step) => new Candidate(memory, step))];
            var ready = new SortedSet<Candidate>(candidates.Where(c => waiting[c.Step] == 0));
            var (order, moved) = (new List<int>(waiting.Length), new List<Candidate>());
            while (ready.Min is { } next)
            {
                ready.Remove(next);
                memory.Run(next.Step, Take);
                ready.UnionWith(moved);
                moved.Clear();
                order.Add(next.Step);
                foreach (var follower in after[next.Step])
                {
                    if (--waiting[follower] == 0) ready.Add(candidates[follower]);
                }
            }
            return [.. order];

            // Out of a sorted set while its place changes.
            void Take(int step)
            {
                if (ready.Remove(candidates[step])) moved.Add(candidates[step]);
            }
        }

        public long Peak(int[] order)
        {
            var memory = Memory.Of(this);
            foreach (var step in order) memory.Run(step, _ => { });
            return memory.Peak;
        }

        /// <summary>A step that could come next: the one that frees most does, and of those alike the earliest, for what was built together stays together.</summary>
        private sealed class Candidate(Memory memory, int step) : IComparable<Candidate>
        {
            public int Step { get; } = step;

            public int CompareTo(Candidate? other) => (memory.Change(Step) - memory.Change(other!.Step)) switch { < 0 => -1, > 0 => 1, _ => Step - other.Step };
        }

        /// <summary>What is alive while steps run one after the other.</summary>
        private sealed class Memory(Dependencies graph)
        {
            private readonly Dictionary<TensorBuffer, int> left = graph.users.ToDictionary(u => u.Key, u => u.Value.Count);
            private readonly HashSet<TensorBuffer> alive = [];
            private readonly long[] changes = new long[graph.used.Length];
            private long live;

            public static Memory Of(Dependencies graph)
            {
                var memory = new Memory(graph);
                for (var step = 0; step < memory.changes.Length; step++) memory.changes[step] = memory.Taken(step) - memory.Freed(step);
                return memory;
            }

            public long Peak { get; private set; }

            /// <summary>How much more is alive after a step than before it.</summary>
            public long Change(int step) => changes[step];

            /// <summary>Runs a step: what it leaves alive is not taken again, and the last step that uses a buffer frees it.</summary>
            /// <param name="step">The step.</param>
            /// <param name="changing">Told of each step before its <see cref="Change"/> is another.</param>
            public void Run(int step, Action<int> changing)
            {
                Peak = Math.Max(Peak, live + Taken(step) - Reused(step));
                live += changes[step];
                foreach (var buffer in graph.used[step])
                {
                    if (alive.Add(buffer)) Lessen(buffer);
                    left[buffer]--;
                    if (Dies(buffer)) Lessen(buffer);
                }

                void Lessen(TensorBuffer buffer)
                {
                    foreach (var user in graph.users[buffer])
                    {
                        changing(user);
                        changes[user] -= graph.sizes[buffer];
                    }
                }
            }

            private bool Dies(TensorBuffer buffer) => left[buffer] == 1 && !graph.kept.Contains(buffer);

            private long Taken(int step) => graph.used[step].Where(b => !alive.Contains(b)).Sum(b => graph.sizes[b]);

            private long Freed(int step) => graph.used[step].Where(Dies).Sum(b => graph.sizes[b]);

            private long Reused(int step)
            {
                var taken = new HashSet<TensorBuffer>();
                var reused = 0L;
                foreach (var (output, input) in graph.inPlace[step])
                {
                    if (alive.Contains(output) || !alive.Contains(input) || !Dies(input) || taken.Contains(output) || !taken.Add(input)) continue;
                    taken.Add(output);
                    reused += graph.sizes[output];
                }
                return reused;
            }
        }
    }
}
