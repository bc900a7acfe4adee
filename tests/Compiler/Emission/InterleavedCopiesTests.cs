using System.Linq.Expressions;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Emission;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Bodies of loops that wait for their own results are done for several vectors in turns: with the same bits, and only such bodies.</summary>
public sealed class InterleavedCopiesTests
{
    public static TheoryData<VectorWidth, DType> Kernels
    {
        get
        {
            var kernels = new TheoryData<VectorWidth, DType>();
            foreach (var width in (VectorWidth[])[VectorWidth.Vector512, VectorWidth.Vector256, VectorWidth.Vector128])
            {
                foreach (var type in new[] { DType.Float32, DType.Float64 }) kernels.Add(width, type);
            }
            return kernels;
        }
    }

    // Lengths with and without vectors that are left of several, and with and without a partial one.
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Chains_of_any_length_have_the_same_bits_as_one_element_at_a_time(VectorWidth width, DType type)
    {
        foreach (var length in (int[])[31, 64, 80, 129, 1003])
        {
            foreach (var rows in (int[])[1, 3])
            {
                var wanted = Elements(VectorWidth.Scalar, type, rows, length);
                var actual = Elements(width, type, rows, length);
                for (var i = 0; i < wanted.Length; i++)
                    Expect.True(wanted[i].Bytes.SequenceEqual(actual[i].Bytes), $"result {i} of {rows}×{length} {type} at {width}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sums_and_rows_are_as_interpreted(VectorWidth width, DType type)
    {
        const int Seed = 5;
        foreach (var (rows, length) in ((int, int)[])[(7, 33), (3, 130), (70, 64), (2, 1023)])
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [rows, length], type);
            var y = Times(6, x, Tanh);
            Value[] results = [Sum(y, 1), Sum(y, 0), Softmax(y * 3), LogSumExp(x, 1), Max(Log(Cosh(x)), 1), Sum(y * y)];
            var data = OpTable.Data.Random(type, [rows, length], new Random(Seed));
            using var compiled = new Session(graph, new SessionOptions { Width = width, Verify = true, Unroll = false });
            using var interpreted = new Session(graph, new SessionOptions { Backend = Backend.Interpreted });
            foreach (var (actual, expected) in compiled.Run(results, (x, data)).Zip(interpreted.Run(results, (x, data))))
            {
                for (var i = 0; i < expected.Count; i++) Assert.Equal(expected.At(i), actual.At(i), 1e-5 * Math.Max(1, Math.Abs(expected.At(i))));
            }
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(77)]
    public void A_variable_is_updated_in_place(int length)
    {
        float[] start = [.. Enumerable.Range(0, length).Select(i => (i * 0.01f) - 3)];
        var finals = Enum.GetValues<VectorWidth>().Select(width =>
        {
            var graph = new Graph();
            var v = graph.Variable("v", start);
            var step = Assign(v, Times(8, v, Tanh) + (0.5 * v));
            using var session = new Session(graph, new SessionOptions { Width = width, Unroll = false });
            session.Run(step, times: 3);
            return session.Read(v).AsSpan<float>().ToArray();
        }).ToArray();
        foreach (var other in finals) Assert.Equal(finals[0], other);
    }

    [Fact]
    public void Chains_take_turns_and_short_bodies_do_not()
    {
        Assert.Equal(4 * 16, LongestStep(x => Times(24, x, v => 3.7 * v * (1 - v))));
        Assert.Equal(16, LongestStep(x => (2 * x) + 1));
        // As many instructions that need nothing of each other.
        Assert.Equal(16, LongestStep(x => Pairwise([.. Enumerable.Range(1, 32).Select(i => x * (x + (i * 0.1)))])));
    }

    [Fact]
    public void Chains_of_columns_take_turns() => Assert.True(LongestStep(x => Sum(Tanh(x), 0), 4096, 1024) > 16);

    /// <summary>Six vectors are two turns of three, not one of four and two of one; of eight there are two turns of four.</summary>
    [Theory]
    [InlineData(6, 3)]
    [InlineData(8, 4)]
    public void Short_rows_take_the_fewest_turns(int vectors, int copies) =>
        Assert.Equal(copies * 16, LongestStep(x => Times(24, x + x[.., 0..1], v => 3.7 * v * (1 - v)), 20_000, vectors * 16));

    [Fact]
    public void Every_statement_of_every_copy_runs_once_and_in_order()
    {
        const int Statements = 50;
        var copies = Enumerable.Range(0, 3).Select(_ =>
        {
            var locals = Enumerable.Range(0, Statements).Select(_ => Expression.Variable(typeof(System.Runtime.Intrinsics.Vector128<float>))).ToArray();
            return (Locals: locals, Body: locals.Select((local, i) => (Expression)Expression.Assign(local, i == 0 ? Expression.Default(local.Type) : locals[i - 1])).ToArray());
        }).ToArray();
        var interleaved = new InterleavedCopies(copies[0].Body, copies[0].Locals);
        Assert.Equal(1, interleaved.Registers(1));
        Assert.Equal(3, interleaved.Registers(3));
        var merged = interleaved.Merge([.. copies.Select(c => c.Body)]).ToArray();
        Assert.Equal(3 * Statements, merged.Length);
        foreach (var (_, body) in copies) Assert.Equal(body, merged.Where(body.Contains));
        Assert.NotEqual(copies[0].Body, merged.Take(Statements));
    }

    private static Value Times(int count, Value x, Func<Value, Value> function)
    {
        for (var i = 0; i < count; i++) x = function(x);
        return x;
    }

    private static Value Pairwise(Value[] terms) => terms.Length == 1 ? terms[0] : Pairwise([.. terms.Chunk(2).Select(pair => Maximum(pair[0], pair[1]))]);

    private static TensorData[] Elements(VectorWidth width, DType type, int rows, int length)
    {
        const int Seed = 3;
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [rows, length], type), graph.Placeholder("y", [length], type));
        Value[] results = [Times(8, x, Tanh), Log(1 + Exp(Sin(x * y))), x * Tanh(Softplus(x + y)), Times(20, x * 0.1, v => 3.7 * v * (1 - v)), Gelu(x), Asinh(x) * Atan(y)];
        var random = new Random(Seed);
        (Value, TensorData)[] feeds = [(x, OpTable.Data.Random(type, [rows, length], random)), (y, OpTable.Data.Random(type, [length], random))];
        using var session = new Session(graph, new SessionOptions { Width = width, Verify = true, Unroll = false });
        return session.Run(results, feeds);
    }

    /// <summary>How many elements the longest step of a loop takes, at 512 bits.</summary>
    private static long LongestStep(Func<Value, Value> define, params int[] extents)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", extents.Length == 0 ? [2_000_000] : new Shape([.. extents.Select(e => (Dim)e)]));
        var y = define(x);
        var slice = GraphSlice.Of([y.Node]);
        var program = Pipeline.Compile(new ProgramSource(slice, [x], [y], [], []), new CompilerOptions { Width = VectorWidth.Vector512, Verify = true });
        var steps = new LoopStepFinder();
        foreach (var step in program.Steps.OfType<KernelStep>()) steps.Visit(step.Kernel.Tree);
        return steps.Longest;
    }

    private sealed class LoopStepFinder : ExpressionVisitor
    {
        public long Longest { get; private set; }

        protected override Expression VisitBinary(BinaryExpression node)
        {
            if (node is { NodeType: ExpressionType.AddAssign, Right: ConstantExpression { Value: long step } }) Longest = Math.Max(Longest, step);
            return base.VisitBinary(node);
        }
    }
}
