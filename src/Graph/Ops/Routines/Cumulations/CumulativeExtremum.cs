using System.Numerics;
using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>Where the extremum of each element and all before it along an axis stands: the last of equal ones; the last NaN from the first on.</summary>
    internal sealed record CumulativeExtremumOp(int Axis, bool IsMaximum) : RoutineOp
    {
        public override string Name => IsMaximum ? "cumulative_argmax" : "cumulative_argmin";

        public override string Attributes => $"axis {Axis}";

        public override TensorType[] Infer(InferContext context)
        {
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (Axis < 0 || Axis >= context[0].Shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            return [new TensorType(DType.Int64, context[0].Shape)];
        }

        public override Interval Range(RangeContext context) => new(0, context.Node.Output.Shape[Axis].IsConstant ? Math.Max(0, context.Node.Output.Shape[Axis].Value - 1) : double.PositiveInfinity);

        public override Gradient[] Vjp(VjpContext context) => [Gradient.None];

        public override Gradient Jvp(JvpContext context) => Gradient.None;

        public override Value Batch(BatchContext context) => context.Add(this with { Axis = Axis + 1 }, context.Input(0));

        public override RoutineUnits Units(EvaluationContext context) => Before(context, Axis, 3);

        public override void Evaluate(EvaluationContext context)
        {
            switch (context.Inputs[0].DType)
            {
                case DType.Float32: Run<float>(context); break;
                case DType.Float64: Run<double>(context); break;
                case DType.Int32: Run<int>(context); break;
                default: Run<long>(context); break;
            }
        }

        private void Run<T>(EvaluationContext context)
            where T : unmanaged, INumber<T>
        {
            var runs = AxisRuns.Of(context.Output, Axis);
            var x = context.Inputs[0].Span<T>();
            var result = context.Output.Span<long>();
            if (runs.Inner == 1)
            {
                RunningExtrema.Places(x, result, runs.Count, IsMaximum);
                return;
            }
            // Row after row: what the row above found stands in the result.
            for (var block = 0; block < runs.Outer && runs.Lines > 0; block++)
            {
                var first = block * runs.Count * runs.Inner;
                result.Slice(first, runs.Inner).Clear();
                for (var i = 1; i < runs.Count; i++)
                {
                    var at = first + (i * runs.Inner);
                    for (var k = at; k < at + runs.Inner; k++)
                    {
                        var best = result[k - runs.Inner];
                        var (old, now) = (x[first + ((int)best * runs.Inner) + k - at], x[k]);
                        result[k] = RunningExtrema.Takes(now, old, IsMaximum) ? i : best;
                    }
                }
            }
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>
        /// The largest of each element and all before it along an axis, and where it stands (int64). Of equal ones the last, which takes the gradient; NaN from the first NaN on. false is less than true.
        /// </summary>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static (Value Values, Value Indices) CumMax(Value x, int axis) => CumulativeExtremum(x, axis, isMaximum: true);

        /// <summary>
        /// The smallest of each element and all before it along an axis, and where it stands (int64). Of equal ones the last, which takes the gradient; NaN from the first NaN on. false is less than true.
        /// </summary>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static (Value Values, Value Indices) CumMin(Value x, int axis) => CumulativeExtremum(x, axis, isMaximum: false);

        private static (Value Values, Value Indices) CumulativeExtremum(Value x, int axis, bool isMaximum)
        {
            if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => CumulativeExtremum(line, 0, isMaximum));
            var op = new CumulativeExtremumOp(0, isMaximum);
            var place = Axes.Find(x, axis, isMaximum ? "cummax" : "cummin");
            var numbers = x.DType == DType.Bool ? Cast(x, DType.Int32) : x;
            var values = x.Graph.Add(new CumulateOp(isMaximum ? CumulationKind.Maximum : CumulationKind.Minimum, place, IsReversed: false), [numbers]);
            return (Cast(values, x.DType), x.Graph.Add(op with { Axis = place }, [numbers]));
        }
    }
}
