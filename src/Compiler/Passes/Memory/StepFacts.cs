using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Lowering;

namespace GraphGrad.Compilation.Passes.Memory;

/// <summary>What passes ask of a step over and over.</summary>
internal sealed class StepFacts(LoweredStep step)
{
    private readonly Lazy<List<(TensorBuffer Output, TensorBuffer Input)>> inPlace = new(() => Passes.InPlace.Candidates(step));
    private readonly Lazy<StepSlices[]> slices = new(() => StepSlices.Of(step));

    public HashSet<TensorBuffer> Reads { get; } = [.. step.Reads];

    public HashSet<TensorBuffer> Writes { get; } = [.. step.Writes];

    /// <summary>Where it may write a result over an input.</summary>
    public List<(TensorBuffer Output, TensorBuffer Input)> InPlace => inPlace.Value;

    /// <summary>The ways to do it in parts.</summary>
    public StepSlices[] Slices => slices.Value;

    public bool Uses(TensorBuffer buffer) => Reads.Contains(buffer) || Writes.Contains(buffer);

    /// <summary>The facts of steps, each found once.</summary>
    public sealed class Table
    {
        // Numbers that no other buffer has.
        private const int FirstNumber = 1 << 25;

        private readonly Dictionary<LoweredStep, StepFacts> known = new(ReferenceEqualityComparer.Instance);
        private int numbers;

        public StepFacts this[LoweredStep step]
        {
            get
            {
                if (!known.TryGetValue(step, out var facts)) known.Add(step, facts = new StepFacts(step));
                return facts;
            }
        }

        /// <summary>Another buffer of the arena like one that there is.</summary>
        public TensorBuffer Another(TensorBuffer buffer) => new(FirstNumber + numbers++, buffer.Type, BufferKind.Arena, -1, buffer.Name);
    }
}
