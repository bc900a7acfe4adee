using System.Numerics;
using System.Runtime.InteropServices;
using GraphGrad.Compilation.Contraction;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>
/// One product in native memory: operands of exactly the reach of their strides between guards, C filled with a value that no
/// result may keep, and the oracle.
/// </summary>
internal sealed unsafe class DotRun<T> : IDisposable
    where T : unmanaged, INumber<T>
{
    private const int Guard = 32;

    private readonly DotKernel kernel;
    private readonly DotProblem problem;
    private readonly List<nint> memory = [];
    private readonly nint scratch;
    private readonly nint shared;
    private readonly Extent a;
    private readonly Extent b;
    private readonly Extent c;

    public DotRun(DotKernel kernel, DotProblem problem, bool keeps = false)
    {
        this.kernel = kernel;
        this.problem = problem;
        Plan = kernel.Plan(problem.Shape with { Folded = 0 }, new(keeps, keeps));
        Walk = kernel.PlanWalk(problem.Shape, atAnyCost: true, new(keeps, keeps));
        var random = new Random(1);
        a = Reach(DotOperand.A);
        b = Reach(DotOperand.B);
        c = Reach(DotOperand.C);
        // Integers up to 2^20, so that products wrap around; floats around 1.
        foreach (var operand in new[] { a, b })
        {
            foreach (ref var x in operand.Live)
                x = typeof(T) == typeof(float) || typeof(T) == typeof(double)
                    ? T.CreateTruncating(random.NextDouble() - 0.5)
                    : T.CreateTruncating(random.Next(-(1 << 20), 1 << 20));
        }
        c.All.Fill(T.CreateTruncating(77));
        scratch = Allocate(Math.Max(DotCut.For(Plan, 1).Panels.ScratchBytes, Walk?.ScratchBytes ?? 0));
        shared = Allocate(Walk?.SharedBytes ?? 0);
    }

    public DotPlan Plan { get; }

    public WalkPlan? Walk { get; }

    public Span<T> C => c.Live;

    /// <summary>All pieces of the cut for a number of threads, the last first.</summary>
    public void Compute(int threads = 1) => Compute(DotCut.For(Plan, threads));

    public void Compute(DotCut cut)
    {
        for (var piece = cut.Count - 1; piece >= 0; piece--)
            kernel.Run(cut, (nint)a.Zero, (nint)b.Zero, (nint)c.Zero, scratch, cut.Piece(piece));
    }

    /// <summary>The whole product twice: the second time columns are there as the first has packed them.</summary>
    public void ComputeTwice()
    {
        var cut = DotCut.For(Plan, 1);
        var kept = Allocate(Plan.KeptBytes);
        foreach (var arePacked in new[] { false, true })
        {
            c.Live.Fill(T.CreateTruncating(78));
            kernel.Run(cut, (nint)a.Zero, (nint)b.Zero, (nint)c.Zero, scratch, cut.Piece(0), new KeptColumns(kept, arePacked));
        }
    }

    /// <summary>Every chunk of every phase, forward or backward; all phases, or those after the first.</summary>
    public void ComputeWalk(bool backward = false, bool isPrepared = false)
    {
        foreach (var (phase, chunks) in new[] { (WalkPhase.Prepare, Walk!.Preparations), (WalkPhase.Compute, Walk.Blocks), (WalkPhase.Finish, Walk.Finishes) })
        {
            if (isPrepared && phase == WalkPhase.Prepare) continue;
            for (long i = 0; i < chunks; i++)
                kernel.RunWalk(Walk, phase, (nint)a.Zero, (nint)b.Zero, (nint)c.Zero, scratch, shared, backward ? chunks - 1 - i : i);
        }
    }

    /// <summary>
    /// Integers are exact. A float sum of n terms, in any order, is off by at most n·u / (1 - n·u) times the sum of absolute
    /// terms (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1), u being half a unit in the last place of 1.
    /// </summary>
    public void AssertCorrect(string what)
    {
        var shape = problem.Shape;
        var terms = shape.Inner.Count;
        var unit = typeof(T) == typeof(float) ? Math.Pow(2, -24) : Math.Pow(2, -53);
        var integers = Exact;
        for (long n = 0; n < shape.Batch.Count; n++)
        {
            for (long row = 0; row < shape.Rows.Count; row++)
            {
                for (long column = 0; column < shape.Columns.Count; column++)
                {
                    var (sum, size, wrapped) = (0.0, 0.0, T.Zero);
                    for (long k = 0; k < terms; k++)
                    {
                        var x = a.Zero[At(DotOperand.A, n, shape.Rows, row) + Offset(DotOperand.A, shape.Inner, k)];
                        var y = b.Zero[At(DotOperand.B, n, shape.Columns, column) + Offset(DotOperand.B, shape.Inner, k)];
                        if (integers) wrapped += x * y;
                        sum += double.CreateTruncating(x) * double.CreateTruncating(y);
                        size += Math.Abs(double.CreateTruncating(x) * double.CreateTruncating(y));
                    }
                    var result = c.Zero[At(DotOperand.C, n, shape.Rows, row) + Offset(DotOperand.C, shape.Columns, column)];
                    var bound = 2 * terms * unit * size;
                    var right = integers ? result == wrapped : Math.Abs(double.CreateTruncating(result) - sum) <= bound;
                    Expect.True(right, $"{what}: [{n},{row},{column}] is {result}, expected {(integers ? wrapped : sum)}");
                }
            }
        }
        AssertGuards(what);
    }

    /// <summary>As <see cref="AssertCorrect"/>, where what falls on the same element of C is added up.</summary>
    public void AssertFolded(string what)
    {
        var shape = problem.Shape;
        var (sums, sizes, wrapped) = (new double[shape.Folded], new double[shape.Folded], new T[shape.Folded]);
        for (long n = 0; n < shape.Batch.Count; n++)
        {
            for (long row = 0; row < shape.Rows.Count; row++)
            {
                for (long column = 0; column < shape.Columns.Count; column++)
                {
                    var at = At(DotOperand.C, n, shape.Rows, row) + Offset(DotOperand.C, shape.Columns, column);
                    for (long k = 0; k < shape.Inner.Count; k++)
                    {
                        var x = a.Zero[At(DotOperand.A, n, shape.Rows, row) + Offset(DotOperand.A, shape.Inner, k)];
                        var y = b.Zero[At(DotOperand.B, n, shape.Columns, column) + Offset(DotOperand.B, shape.Inner, k)];
                        if (Exact) wrapped[at] += x * y;
                        var product = double.CreateTruncating(x) * double.CreateTruncating(y);
                        sums[at] += product;
                        sizes[at] += Math.Abs(product);
                    }
                }
            }
        }
        var unit = typeof(T) == typeof(float) ? Math.Pow(2, -24) : Math.Pow(2, -53);
        for (var i = 0; i < sums.Length; i++)
        {
            var right = Exact ? c.Zero[i] == wrapped[i] : Math.Abs(double.CreateTruncating(c.Zero[i]) - sums[i]) <= 2 * (shape.Inner.Count + 25) * unit * sizes[i];
            Expect.True(right, $"{what}: element {i} is {c.Zero[i]}, expected {(Exact ? wrapped[i] : sums[i])}");
        }
        AssertGuards(what);
    }

    private static bool Exact => typeof(T) == typeof(int) || typeof(T) == typeof(long);

    private void AssertGuards(string what)
    {
        var guard = T.CreateTruncating(77);
        var touched = c.All[..Guard].ContainsAnyExcept(guard) || c.All[^Guard..].ContainsAnyExcept(guard);
        Assert.False(touched, $"{what}: stored outside C");
    }

    public void Dispose()
    {
        foreach (var block in memory) NativeMemory.AlignedFree((void*)block);
    }

    private long At(DotOperand operand, long n, AxisGroup axes, long index) =>
        Offset(operand, problem.Batch, n) + Offset(operand, axes, index);

    private static long Offset(DotOperand operand, AxisGroup group, long index)
    {
        long offset = 0;
        for (var axis = group.Rank - 1; axis >= 0; axis--)
        {
            offset += index % group.Extents[axis] * group.Strides(operand)[axis];
            index /= group.Extents[axis];
        }
        return offset;
    }

    private Extent Reach(DotOperand operand)
    {
        var (low, high) = (0L, 0L);
        foreach (var group in new[] { problem.Batch, problem.Rows, problem.Columns, problem.Inner })
        {
            for (var axis = 0; axis < group.Rank; axis++)
            {
                var reach = Math.Max(0, group.Extents[axis] - 1) * group.Strides(operand)[axis];
                if (reach < 0) low += reach;
                else high += reach;
            }
        }
        var count = operand == DotOperand.C ? Math.Max(high - low + 1, problem.Shape.Folded) : high - low + 1;
        var start = (T*)Allocate((count + (2 * Guard)) * sizeof(T));
        return new Extent(start, start + Guard - low, count);
    }

    private nint Allocate(long bytes)
    {
        memory.Add((nint)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 64));
        return memory[^1];
    }

    private readonly struct Extent(T* start, T* zero, long count)
    {
        public T* Zero => zero;

        public Span<T> All => new(start, (int)count + (2 * Guard));

        public Span<T> Live => All[Guard..^Guard];
    }
}
