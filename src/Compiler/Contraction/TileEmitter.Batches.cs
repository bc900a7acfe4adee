using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using GraphGrad.Compilation.Emission;
using static System.Linq.Expressions.Expression;

namespace GraphGrad.Compilation.Contraction;

/// <summary>
/// Computes small products one after the other, each whole: <paramref name="count"/> batch elements. Steps are in bytes, those of a batch first. Of A rows and
/// inner terms lie anywhere; of B, where vectors lie along columns, <paramref name="bStep"/> leads from term to term and columns are neighbours, where they lie
/// along the inner terms, from column to column; C is walked by <paramref name="cRow"/> and <paramref name="cColumn"/>. Nothing but their elements is touched.
/// </summary>
internal delegate void BatchCode(
    long a, long aBatch, long aRow, long aInner, long b, long bBatch, long bStep, long c, long cBatch, long cRow, long cColumn, long inner, long count);

/// <summary>Small products in a loop of their own: what a call costs would be most of one.</summary>
internal sealed partial class TileEmitter
{
    /// <summary>Vectors along columns.</summary>
    public Expression<BatchCode> EmitBatch(int rows, int columns)
    {
        var of = new BatchParameters(rows);
        var vectors = (columns + lanesPerVector - 1) / lanesPerVector;
        var accumulators = Locals(vector, "sum", rows * vectors);
        var loaded = Locals(vector, "column", vectors);
        var (factor, term, left) = (Variable(vector, "factor"), Variable(typeof(long), "term"), Variable(typeof(long), "left"));

        var step = new List<Expression>();
        for (var v = 0; v < vectors; v++) step.Add(Assign(loaded[v], LoadLive(Plus(term, v * bytes), Live(v))));
        for (var r = 0; r < rows; r++)
        {
            step.Add(Assign(factor, Broadcast(Load(element, of.A.Address(r)))));
            for (var v = 0; v < vectors; v++) step.Add(AddProduct(accumulators[(r * vectors) + v], factor, loaded[v]));
        }
        step.AddRange(of.A.Advance(of.AInner));
        step.Add(AddAssign(term, of.BStep));
        step.Add(SubtractAssign(left, Constant(1L)));

        var one = new List<Expression>(of.A.Initialize());
        foreach (var sum in accumulators) one.Add(Assign(sum, Default(vector)));
        one.AddRange([Assign(term, of.B), Assign(left, of.Inner), While(GreaterThan(left, Constant(0L)), step), Assign(of.Place, of.C)]);
        for (var r = 0; r < rows; r++)
        {
            for (var v = 0; v < vectors; v++) one.Add(StoreLive(Plus(of.Place, v * bytes), Live(v), accumulators[(r * vectors) + v]));
            one.Add(AddAssign(of.Place, of.CRow));
        }
        return of.Lambda($"batch{rows}x{columns}", [.. accumulators, .. loaded, factor, term, left], one);

        int Live(int v) => Math.Min(lanesPerVector, columns - (v * lanesPerVector));
    }

    /// <summary>Vectors along the inner terms, which are neighbours in both operands.</summary>
    public Expression<BatchCode> EmitInnerBatch(int rows, int columns)
    {
        var of = new BatchParameters(rows);
        var b = new Strip("bColumn", columns);
        var accumulators = Locals(vector, "sum", rows * columns);
        var loaded = Locals(vector, "column", columns);
        var (factor, left) = (Variable(vector, "factor"), Variable(typeof(long), "left"));
        var lanes = Constant((long)lanesPerVector);

        var step = Products(at => Load(vector, at));
        step.AddRange(of.A.Advance(Constant((long)bytes)));
        step.AddRange(b.Advance(Constant((long)bytes)));
        step.Add(SubtractAssign(left, lanes));

        var one = new List<Expression>([Assign(b.Start, of.B), Assign(b.Step, of.BStep), .. of.A.Initialize(), .. b.Initialize()]);
        foreach (var sum in accumulators) one.Add(Assign(sum, Default(vector)));
        one.AddRange([Assign(left, of.Inner), While(GreaterThanOrEqual(left, lanes), step)]);
        if (width != VectorWidth.Scalar)
        {
            var rest = Convert(left, typeof(int));
            one.Add(IfThen(GreaterThan(left, Constant(0L)), Block(Products(at => LoadPartial(at, rest)))));
        }
        one.Add(Assign(of.Place, of.C));
        for (var r = 0; r < rows; r++)
        {
            for (var x = 0; x < columns; x++)
            {
                var sum = accumulators[(r * columns) + x];
                one.Add(Store(Add(of.Place, Multiply(of.CColumn, Constant((long)x))), width == VectorWidth.Scalar ? sum : Simd.Call(width, nameof(Vector128.Sum), sum)));
            }
            one.Add(AddAssign(of.Place, of.CRow));
        }
        return of.Lambda($"innerBatch{rows}x{columns}", [b.Start, b.Step, .. b.Bases, .. accumulators, .. loaded, factor, left], one);

        List<Expression> Products(Func<Expression, Expression> load)
        {
            var steps = new List<Expression>();
            for (var x = 0; x < columns; x++) steps.Add(Assign(loaded[x], load(b.Address(x))));
            for (var r = 0; r < rows; r++)
            {
                steps.Add(Assign(factor, load(of.A.Address(r))));
                for (var x = 0; x < columns; x++) steps.Add(AddProduct(accumulators[(r * columns) + x], factor, loaded[x]));
            }
            return steps;
        }
    }

    private Expression LoadLive(Expression address, int live) => live == lanesPerVector ? Load(vector, address) : LoadPartial(address, Constant(live));

    private Expression StoreLive(Expression address, int live, Expression value) => live == lanesPerVector
        ? Store(address, value)
        : Memory("StorePartial", address, Constant(live), value);

    /// <summary>The parameters of <see cref="BatchCode"/>, and the loop around one product.</summary>
    private sealed class BatchParameters(int rows)
    {
        private readonly ParameterExpression aBatch = Parameter(typeof(long), "aBatch"), bBatch = Parameter(typeof(long), "bBatch"), cBatch = Parameter(typeof(long), "cBatch");
        private readonly ParameterExpression count = Parameter(typeof(long), "count");

        public Strip A { get; } = new("a", rows);

        public ParameterExpression AInner { get; } = Parameter(typeof(long), "aInner");

        public ParameterExpression B { get; } = Parameter(typeof(long), "b");

        public ParameterExpression BStep { get; } = Parameter(typeof(long), "bStep");

        public ParameterExpression C { get; } = Parameter(typeof(long), "c");

        public ParameterExpression CRow { get; } = Parameter(typeof(long), "cRow");

        public ParameterExpression CColumn { get; } = Parameter(typeof(long), "cColumn");

        public ParameterExpression Inner { get; } = Parameter(typeof(long), "inner");

        /// <summary>A local for the row of C that is stored.</summary>
        public ParameterExpression Place { get; } = Variable(typeof(long), "place");

        public Expression<BatchCode> Lambda(string name, IEnumerable<ParameterExpression> locals, IEnumerable<Expression> one) => Expression.Lambda<BatchCode>(
            Block(
                [.. A.Bases, Place, .. locals],
                While(
                    GreaterThan(count, Constant(0L)),
                    [.. one, AddAssign(A.Start, aBatch), AddAssign(B, bBatch), AddAssign(C, cBatch), SubtractAssign(count, Constant(1L))])),
            name,
            [A.Start, aBatch, A.Step, AInner, B, bBatch, BStep, C, cBatch, CRow, CColumn, Inner, count]);
    }
}
