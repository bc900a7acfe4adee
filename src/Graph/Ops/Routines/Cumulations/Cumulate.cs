using System.Numerics;
using GraphGrad.Operations;
using GraphGrad.Ranges;

namespace GraphGrad.Operations
{
    /// <summary>Each element combined with all before it along an axis; reversed, with all behind it.</summary>
    internal sealed record CumulateOp(CumulationKind Kind, int Axis, bool IsReversed) : RoutineOp
    {
        public override string Name => Kind switch
        {
            CumulationKind.Sum => "cumsum",
            CumulationKind.Product => "cumprod",
            CumulationKind.LogSumExp => "logcumsumexp",
            CumulationKind.Maximum => "cummax",
            _ => "cummin",
        };

        public override string Attributes => $"axis {Axis}{(IsReversed ? ", reversed" : string.Empty)}";

        public override TensorType[] Infer(InferContext context)
        {
            if (Kind == CumulationKind.LogSumExp && !context[0].DType.IsFloat()) throw context.Error($"{context.Text(0)} is not float32 or float64; cast it with Cast.");
            if (context[0].DType == DType.Bool) throw context.Error($"{context.Text(0)} is not a number; cast it with Cast.");
            if (Axis < 0 || Axis >= context[0].Shape.Rank) throw context.Error($"{context.Text(0)} has no axis {Axis}.");
            return [context[0]];
        }

        public override Interval Range(RangeContext context) => Kind switch
        {
            CumulationKind.Sum => context[0].Union(context[0].Times(context.Node.Output.Shape[Axis])),
            CumulationKind.Product => context[0] is { Low: >= 0, High: var high } ? new(0, high <= 1 ? high : double.PositiveInfinity) : Interval.All,
            CumulationKind.LogSumExp => context[0] with { High = double.PositiveInfinity },
            _ => context[0],
        };
        
        public override bool MayCancel => Kind == CumulationKind.Sum;

        // But for extrema all of them are linear recurrences of the adjoint, run against the direction of the op, in which nothing is divided by an element.
        public override Gradient[] Vjp(VjpContext context)
        {
            var (x, y, adjoint) = (context.Input(0), context.Result, context.Adjoint);
            return Kind switch
            {
                CumulationKind.Sum => [adjoint.Graph.Add(this with { IsReversed = !IsReversed }, [adjoint])],
                CumulationKind.Product => [ProductGradient(x, y, adjoint)],
                CumulationKind.Maximum or CumulationKind.Minimum => [Ops.PutAlongAxis(Ops.ZerosLike(x), Places(x), adjoint, Axis, ScatterReduction.Sum)],
                // x̄ⱼ = exp(xⱼ - yⱼ) · tⱼ, tⱼ = ȳⱼ + exp(yⱼ - yⱼ₊₁)·tⱼ₊₁; no exponent is positive.
                _ => [Share(x, y) * Recurrence(Behind(Decay(y), 0), adjoint, !IsReversed)],
            };
        }

        public override Gradient Jvp(JvpContext context)
        {
            var (x, y, tangent) = (context.Input(0), context.Result, context.Tangent(0));
            return Kind switch
            {
                CumulationKind.Sum => tangent.Graph.Add(this, [tangent]),
                CumulationKind.Product => ProductTangent(x, y, tangent),
                CumulationKind.Maximum or CumulationKind.Minimum => Ops.TakeAlongAxis(tangent, Places(x), Axis),
                _ => Recurrence(Decay(y), tangent * Share(x, y), IsReversed),
            };
        }

        public override Value Batch(BatchContext context) => context.Add(this with { Axis = Axis + 1 }, context.Input(0));

        public override RoutineUnits Units(EvaluationContext context) => Before(context, Axis, Kind == CumulationKind.LogSumExp ? 30 : 3);

        public override void Evaluate(EvaluationContext context)
        {
            var (x, result) = (context.Inputs[0], context.Output);
            var runs = AxisRuns.Of(x, Axis);
            var areExtremaOfLines = !IsReversed && runs is { Inner: 1, Count: > CumulationLoops.LongestShortLine };
            switch (Kind, x.DType)
            {
                case (CumulationKind.Maximum or CumulationKind.Minimum, DType.Float32) when areExtremaOfLines: Extrema<float>(x, result); break;
                case (CumulationKind.Maximum or CumulationKind.Minimum, DType.Float64) when areExtremaOfLines: Extrema<double>(x, result); break;
                case (CumulationKind.Maximum or CumulationKind.Minimum, DType.Int32) when areExtremaOfLines: Extrema<int>(x, result); break;
                case (CumulationKind.Maximum or CumulationKind.Minimum, _) when areExtremaOfLines: Extrema<long>(x, result); break;
                case (CumulationKind.Sum, DType.Float32): FloatCumulations.Run<FourSums>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Sum, DType.Float64): CumulationLoops.Run<double, double, RunningSum<double, double>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Sum, DType.Int32): CumulationLoops.Run<int, int, RunningSum<int, int>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Sum, _): CumulationLoops.Run<long, long, RunningSum<long, long>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Product, DType.Float32): FloatCumulations.Run<FourProducts>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Product, DType.Float64): CumulationLoops.Run<double, double, RunningProduct<double, double>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Product, DType.Int32): CumulationLoops.Run<int, int, RunningProduct<int, int>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Product, _): CumulationLoops.Run<long, long, RunningProduct<long, long>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Maximum, DType.Float32): CumulationLoops.Run<float, float, RunningMaximum<float>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Maximum, DType.Float64): CumulationLoops.Run<double, double, RunningMaximum<double>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Maximum, DType.Int32): CumulationLoops.Run<int, int, RunningMaximum<int>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Maximum, _): CumulationLoops.Run<long, long, RunningMaximum<long>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Minimum, DType.Float32): CumulationLoops.Run<float, float, RunningMinimum<float>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Minimum, DType.Float64): CumulationLoops.Run<double, double, RunningMinimum<double>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Minimum, DType.Int32): CumulationLoops.Run<int, int, RunningMinimum<int>>(x, result, Axis, IsReversed); break;
                case (CumulationKind.Minimum, _): CumulationLoops.Run<long, long, RunningMinimum<long>>(x, result, Axis, IsReversed); break;
                case (_, DType.Float32): CumulationLoops.Run<float, (double Maximum, double Sum), RunningLogSumExp<float>>(x, result, Axis, IsReversed); break;
                default: CumulationLoops.Run<double, (double Maximum, double Sum), RunningLogSumExp<double>>(x, result, Axis, IsReversed); break;
            }
        }

        private void Extrema<T>(Operand x, Operand result)
            where T : unmanaged, INumber<T> => RunningExtrema.Values(x.Span<T>(), result.Span<T>(), x.Extents[Axis], Kind == CumulationKind.Maximum);

        private Value Places(Value x) => x.Graph.Add(new CumulativeExtremumOp(Axis, Kind == CumulationKind.Maximum), [x]);

        // x̄ⱼ = yⱼ₋₁ · tⱼ, tⱼ = ȳⱼ + xⱼ₊₁·tⱼ₊₁. Of float32 one of the two may be beyond its range while their product is not.
        private Value ProductGradient(Value x, Value y, Value adjoint)
        {
            var inner = InnerPrecision.Of([x.Shape.ElementCount * 4], x, adjoint);
            var (wide, product) = Entered(inner, x, y);
            return inner.Leave(Before(product, 1) * Recurrence(Behind(wide, 0), inner.Enter(adjoint), !IsReversed));
        }

        private Value ProductTangent(Value x, Value y, Value tangent)
        {
            var inner = InnerPrecision.Of([x.Shape.ElementCount * 4], x, tangent);
            var (wide, product) = Entered(inner, x, y);
            return inner.Leave(Recurrence(wide, inner.Enter(tangent) * Before(product, 1), IsReversed));
        }

        /// <summary>The input, and the result for it, in the type inside; a result rounded to float32 does not have the digits.</summary>
        private (Value X, Value Y) Entered(InnerPrecision inner, Value x, Value y)
        {
            var wide = inner.Enter(x);
            return (wide, wide == x ? y : x.Graph.Add(this, [wide]));
        }

        /// <summary>Each element's predecessor in the op's direction.</summary>
        private Value Before(Value x, double first) => LinearRecurrenceOp.Shifted(x, Axis, IsReversed ? -1 : 1, first);

        /// <summary>Each element's successor in the op's direction.</summary>
        private Value Behind(Value x, double last) => LinearRecurrenceOp.Shifted(x, Axis, IsReversed ? 1 : -1, last);

        private Value Recurrence(Value factors, Value terms, bool reversed) => factors.Graph.Add(new LinearRecurrenceOp(Axis, reversed), [factors, terms]);

        // Differences of infinities are NaN; what is -∞ has no share, and all of +∞ is 1. A share that rounds to 1 is still differentiated: it falls as the others grow.
        private static Value Share(Value x, Value y) =>
            Ops.Where(Ops.Equal(x, y) & Ops.IsInf(x), Ops.Where(Ops.Equal(x, double.NegativeInfinity), 0, Ops.OnesLike(x)), Ops.Exp(x - y));

        private Value Decay(Value y)
        {
            var before = Before(y, double.NegativeInfinity);
            return Ops.Where(Ops.Equal(before, double.NegativeInfinity), 0, Ops.Where(Ops.Equal(before, y) & Ops.IsInf(y), Ops.OnesLike(y), Ops.Exp(before - y)));
        }
    }
}

namespace GraphGrad
{
    public static partial class Ops
    {
        /// <summary>The sum of each element and all before it along an axis. Floats are added in float64; of integers and bools, which count as 0 and 1, it is an int64, which wraps around.</summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="reverse">Whether to add from the last element to the first.</param>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static Value CumSum(Value x, int axis, bool reverse = false) => Cumulate(x, CumulationKind.Sum, axis, reverse);

        /// <summary>
        /// The product of each element and all before it along an axis. Floats are multiplied in float64; of integers and bools, which count as 0 and 1, it is an
        /// int64, which wraps around. The gradient divides by no element, so that zeros are exact at every order.
        /// </summary>
        /// <param name="x">A tensor of any element type.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="reverse">Whether to multiply from the last element to the first.</param>
        /// <exception cref="GraphException">There is no such axis.</exception>
        public static Value CumProd(Value x, int axis, bool reverse = false) => Cumulate(x, CumulationKind.Product, axis, reverse);

        /// <summary>The logarithm of the sum of the exponentials of each element and all before it along an axis, without overflow; computed in float64. NaN from the first NaN on.</summary>
        /// <param name="x">float32 or float64.</param>
        /// <param name="axis">The axis; negative counts from the end.</param>
        /// <param name="reverse">Whether to add from the last element to the first.</param>
        /// <exception cref="GraphException">x is not float32 or float64, or there is no such axis.</exception>
        public static Value LogCumSumExp(Value x, int axis, bool reverse = false) => Cumulate(x, CumulationKind.LogSumExp, axis, reverse);

        private static Value Cumulate(Value x, CumulationKind kind, int axis, bool reverse)
        {
            if (Axes.IsOfScalar(x, axis)) return OfLine(x, line => Cumulate(line, kind, 0, reverse));
            if (kind != CumulationKind.LogSumExp) x = Counted(x);
            var op = new CumulateOp(kind, 0, reverse);
            return x.Graph.Add(op with { Axis = Axes.Find(x, axis, op.Name) }, [x]);
        }
    }
}
