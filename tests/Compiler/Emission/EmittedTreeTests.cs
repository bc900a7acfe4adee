using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Compilation;
using GraphGrad.Compilation.Contraction;
using GraphGrad.Compilation.Emission;
using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>
/// Every emitted tree is arithmetic and nothing else: what it calls does one vector operation, a load or a store. Nothing falls
/// back to the interpreter, calls into the graph, allocates, or uses vectors wider than were asked for.
/// </summary>
public sealed class EmittedTreeTests
{
    private static readonly VectorWidth[] Widths = Enum.GetValues<VectorWidth>();

    private static readonly HashSet<Type> Callable =
    [
        typeof(Math), typeof(MathF), typeof(BitConverter),
        typeof(Vector128), typeof(Vector256), typeof(Vector512), typeof(Vector128<>), typeof(Vector256<>), typeof(Vector512<>), typeof(Avx512F),
        typeof(LaneMemory), typeof(MaskMemory), typeof(LaneGather), typeof(LaneStrides), typeof(LaneInterleaving), typeof(LaneBounds), typeof(LaneArithmetic), typeof(TilePrefetch),
    ];

    private static readonly HashSet<ExpressionType> Arithmetic =
    [
        ExpressionType.Add, ExpressionType.Subtract, ExpressionType.Multiply, ExpressionType.Divide, ExpressionType.Modulo,
        ExpressionType.Negate, ExpressionType.Not, ExpressionType.OnesComplement, ExpressionType.And, ExpressionType.AndAlso, ExpressionType.Or, ExpressionType.ExclusiveOr,
        ExpressionType.LeftShift, ExpressionType.RightShift, ExpressionType.Convert,
        ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual,
        ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual,
        ExpressionType.Constant, ExpressionType.Default, ExpressionType.Parameter, ExpressionType.Assign, ExpressionType.AddAssign,
        ExpressionType.SubtractAssign, ExpressionType.PreIncrementAssign, ExpressionType.Call, ExpressionType.Block, ExpressionType.Conditional, ExpressionType.Loop,
        ExpressionType.Goto, ExpressionType.Label, ExpressionType.Lambda, ExpressionType.Index,
    ];

    public static TheoryData<string> All => OpTable.CompiledTests.All;

    public static TheoryData<string> Differentiable => GradientTests.Differentiable;

    [Theory]
    [MemberData(nameof(All))]
    public void Every_row_becomes_kernels_of_vector_operations(string name)
    {
        var built = RowGraph.Of(Rows.Named(name));
        // Each row at one width, and so every op at all of them.
        var width = Widths[OpTable.Data.RandomOf(name).Next(Widths.Length)];
        AssertArithmetic(Compile(built.Inputs, [built.Result], width, unroll: false), width);
        AssertArithmetic(Compile(built.Inputs, [built.Result], VectorWidths.Widest, unroll: true), VectorWidths.Widest);
    }

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Every_gradient_becomes_kernels_of_vector_operations(string name)
    {
        var built = DifferentiatedRow.Of(Rows.Named(name));
        Value[] feeds = [.. built.Feeds.Select(f => f.Item1)];
        AssertArithmetic(Compile(feeds, built.Gradients, VectorWidths.Widest, unroll: false), VectorWidths.Widest);
    }

    /// <summary>The just-in-time compiler does not optimize methods that use locals more than 8,000 times: such a chain took thirteen times as long.</summary>
    [Fact]
    public void Long_chains_become_kernels_that_are_optimized()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [70_000]);
        var y = x;
        for (var i = 0; i < 12; i++) y = (Ops.Sin(y) * 1.1) + Ops.Tanh(y * 0.7) - (y * Ops.Sigmoid(y + (i * 0.1)));
        var program = Compile([x], [y, Ops.Gradient(Ops.Sum(y), x)], VectorWidths.Widest, unroll: false);
        foreach (var step in program.Steps.OfType<KernelStep>())
        {
            var counter = new LocalUses();
            counter.Visit(step.Kernel.Tree);
            Assert.InRange(counter.Count, 1, 8000);
        }
    }

    [Fact]
    public void Every_tile_of_a_product_is_vector_operations()
    {
        foreach (var width in Widths)
        {
            foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64 })
            {
                var emitter = new TileEmitter(type, width);
                new Inspector(width).Inspect(emitter.Emit(4, 3));
                new Inspector(width).Inspect(emitter.EmitInner(3, 4, 1));
                new Inspector(width).Inspect(emitter.EmitInner(1, 1, 4));
            }
        }
    }

    private static CompiledProgram Compile(Value[] feeds, Value[] fetches, VectorWidth width, bool unroll)
    {
        var slice = GraphSlice.Of(fetches.Select(f => f.Node));
        var source = new ProgramSource(slice, [.. feeds.Where(f => slice.Contains(f.Node))], fetches, [], []);
        return Pipeline.Compile(source, new CompilerOptions { Width = width, Unroll = unroll, Verify = true });
    }

    private static void AssertArithmetic(CompiledProgram program, VectorWidth width)
    {
        if (program.Unrolled is { } unrolled) new Inspector(VectorWidths.Widest).Inspect(unrolled.Tree);
        foreach (var step in program.Steps)
        {
            if (step is KernelStep { Kernel: var kernel }) new Inspector(width).Inspect(kernel.Tree);
            else if (step is LoopStep loop) AssertArithmetic(loop.Body, width);
            else Expect.True(step is ContractionStep or CorrelationStep or RoutineStep, $"{step} is no product, and no routine");
        }
    }

    private sealed class LocalUses : ExpressionVisitor
    {
        public int Count { get; private set; }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            Count++;
            return node;
        }
    }

    private sealed class Inspector(VectorWidth widest) : ExpressionVisitor
    {
        private int lambdas;
        private int memories;

        public void Inspect(LambdaExpression tree) => Visit(tree);

        public override Expression? Visit(Expression? node)
        {
            if (node is null) return null;
            Assert.Contains(node.NodeType, Arithmetic);
            Assert.True(node.NodeType != ExpressionType.Lambda || ++lambdas == 1, "a tree calls another");
            AssertNarrow(node.Type);
            return base.Visit(node);
        }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            AssertCallable(node.Method);
            return base.VisitMethodCall(node);
        }

        protected override Expression VisitBinary(BinaryExpression node)
        {
            if (node.Method is { } method) AssertCallable(method);
            return base.VisitBinary(node);
        }

        protected override Expression VisitConstant(ConstantExpression node)
        {
            // An object in a constant is reached through the closure: once in a kernel, for the memory of its constants.
            Expect.True(node.Type.IsPrimitive || (node.Type == typeof(byte[]) && ++memories == 1), $"a constant of type {node.Type}");
            return node;
        }

        protected override Expression VisitIndex(IndexExpression node)
        {
            Expect.True(node is { Object: ParameterExpression { Type: var array }, Arguments: [ConstantExpression] } && array == typeof(byte[]), $"{node} is no constant in memory");
            return base.VisitIndex(node);
        }

        private static void AssertCallable(MethodInfo method)
        {
            Expect.True(method.IsStatic, $"{method} is no static method");
            var type = method.DeclaringType!;
            // The functions of one element that LaneArithmetic maps are nested in it.
            while (type.DeclaringType is { } outer) type = outer;
            if (type.IsGenericType) type = type.GetGenericTypeDefinition();
            var isSelection = method.Name == nameof(Avx.BlendVariable) && (type == typeof(Sse41) || type == typeof(Avx) || type == typeof(Avx2));
            Expect.True(Callable.Contains(type) || isSelection, $"{method.DeclaringType}.{method.Name} is called");
        }

        private void AssertNarrow(Type type)
        {
            if (!type.IsGenericType) return;
            var definition = type.GetGenericTypeDefinition();
            var width = definition == typeof(Vector512<>) ? VectorWidth.Vector512 : definition == typeof(Vector256<>) ? VectorWidth.Vector256
                : definition == typeof(Vector128<>) ? VectorWidth.Vector128 : VectorWidth.Scalar;
            Expect.True(width <= widest, $"{type} in a kernel of width {widest}");
        }
    }
}
