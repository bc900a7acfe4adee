using GraphGrad.Operations;

namespace GraphGrad.Rewriting;

/// <summary>One term of what a sum adds up: a number, factors that do not change along the summed axes, and factors that do.</summary>
internal sealed record LinearTerm(double Number, Value[] Constant, Value[] Moving)
{
    private const int MostTerms = 8;

    /// <summary>The terms of a sum's operand; a single one where there are too many.</summary>
    public static List<LinearTerm> Of(Match m, Value operand, ReduceOp sum)
    {
        var terms = new List<LinearTerm>();
        Visit(operand, 1, []);
        return terms.Count > MostTerms ? [new LinearTerm(1, [], [operand])] : terms;

        void Visit(Value value, double number, Value[] constant)
        {
            if (terms.Count > MostTerms) return;
            if (!m.MayLookInto(value) || IsConstant(value))
            {
                terms.Add(IsConstant(value) ? new LinearTerm(number, [.. constant, value], []) : new LinearTerm(number, constant, [value]));
                return;
            }
            switch (value.Node)
            {
                case { Op: AddOp, Inputs: [var a, var b] }:
                    Visit(a, number, constant);
                    Visit(b, number, constant);
                    break;
                case { Op: SubtractOp, Inputs: [var a, var b] } when m.TryNumber(b, out _) || (!IsConstant(a) && !IsConstant(b)):
                    Visit(a, number, constant);
                    Visit(b, -number, constant);
                    break;
                case { Op: NegateOp, Inputs: [var a] }:
                    Visit(a, -number, constant);
                    break;
                case { Op: MultiplyOp }:
                    var (factor, beside, moving) = (number, constant.ToList(), new List<Value>());
                    Split(value, ref factor, beside, moving);
                    if (moving is [var only] && only != value) Visit(only, factor, [.. beside]);
                    else terms.Add(new LinearTerm(factor, [.. beside], beside.Count == constant.Length && factor == number ? [value] : [.. moving]));
                    break;
                default:
                    terms.Add(new LinearTerm(number, constant, [value]));
                    break;
            }
        }

        void Split(Value value, ref double number, List<Value> constant, List<Value> moving)
        {
            if (m.TryNumber(value, out var known)) number *= known;
            else if (IsConstant(value)) constant.Add(value);
            else if (value.Node is { Op: MultiplyOp, Inputs: [var a, var b] } && m.MayLookInto(value))
            {
                Split(a, ref number, constant, moving);
                Split(b, ref number, constant, moving);
            }
            else moving.Add(value);
        }

        bool IsConstant(Value value) => IsConstantAlong(value, operand.Shape, sum);
    }

    /// <summary>Whether a value that broadcasts to a shape is the same all along the axes of a sum.</summary>
    public static bool IsConstantAlong(Value value, Shape shape, ReduceOp sum)
    {
        while (value.Node.Op is BroadcastOp) value = value.Node.Inputs[0];
        var lead = shape.Rank - value.Rank;
        return sum.Axes.All(axis => axis < lead || (value.Shape[axis - lead].IsOne && !shape[axis].IsOne));
    }

    public Value ToValue(Value like)
    {
        var factors = Constant.Concat(Moving).ToArray();
        var product = factors.Length == 0 ? Ops.Scalar(like, 1) : factors.Aggregate((a, b) => a * b);
        return Number == 1 ? product : product * Ops.Scalar(like, Number);
    }
}
