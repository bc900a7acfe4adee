using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Kernels;

/// <summary>Questions about scalar expressions, and substitution in them.</summary>
internal static class ScalarGraph
{
    /// <summary>Every scalar below the roots once, arguments before users. Does not descend into the bodies of reductions.</summary>
    public static List<Scalar> Reachable(IEnumerable<Scalar> roots)
    {
        var seen = new HashSet<Scalar>();
        var order = new List<Scalar>();
        foreach (var root in roots) Visit(root);
        return order;

        void Visit(Scalar scalar)
        {
            if (!seen.Add(scalar)) return;
            foreach (var argument in scalar.Arguments) Visit(argument);
            order.Add(scalar);
        }
    }

    /// <summary>Whether a scalar's value can change with a loop's index. What was reduced or kept in a row changes from row to row.</summary>
    public static bool DependsOn(Scalar scalar, LoopAxis axis) => (!axis.Reduced && scalar.IsOfRow) || Array.IndexOf(scalar.Loops, axis) >= 0;

    /// <summary>If <paramref name="scalar"/> = c · index + rest with c and rest independent of the axis, gives c.</summary>
    public static bool TryCoefficient(ScalarBuilder b, Scalar scalar, LoopAxis axis, out Scalar coefficient)
    {
        coefficient = b.Int64(0);
        if (!DependsOn(scalar, axis)) return true;
        switch (scalar.Op)
        {
            case ScalarOp.LoopIndex:
                coefficient = b.Int64(1);
                return true;
            case ScalarOp.Add or ScalarOp.Subtract when scalar.Type == DType.Int64:
            {
                if (!TryCoefficient(b, scalar.Arguments[0], axis, out var left) || !TryCoefficient(b, scalar.Arguments[1], axis, out var right)) return false;
                coefficient = scalar.Op == ScalarOp.Add ? b.Add(left, right) : b.Subtract(left, right);
                return true;
            }
            case ScalarOp.Multiply when scalar.Type == DType.Int64:
            {
                var (x, y) = (scalar.Arguments[0], scalar.Arguments[1]);
                if (DependsOn(x, axis)) (x, y) = (y, x);
                if (DependsOn(x, axis) || !TryCoefficient(b, y, axis, out var inner)) return false;
                coefficient = b.Multiply(inner, x);
                return true;
            }
            case ScalarOp.Negate when scalar.Type == DType.Int64:
            {
                if (!TryCoefficient(b, scalar.Arguments[0], axis, out var inner)) return false;
                coefficient = b.Negate(inner);
                return true;
            }
            default:
                return false;
        }
    }

    /// <summary>From which index of an axis on a comparison holds, or up to which; null if it does not compare that index with a constant.</summary>
    public static (long From, bool HoldsFrom)? ChangeAlong(Scalar scalar, LoopAxis axis)
    {
        if (scalar.Op is not (ScalarOp.LessThan or ScalarOp.LessOrEqual) || scalar.Arguments[0].Type != DType.Int64) return null;
        var (left, right, orEqual) = (scalar.Arguments[0], scalar.Arguments[1], scalar.Op == ScalarOp.LessOrEqual ? 1 : 0);
        if (right.IsConstant && Added(left) is { } added) return (right.Bits - added + orEqual, false);
        if (left.IsConstant && Added(right) is { } further) return (left.Bits - further + 1 - orEqual, true);
        return null;

        long? Added(Scalar place) => place switch
        {
            { Op: ScalarOp.LoopIndex } when place.Payload == axis => 0,
            { Op: ScalarOp.Add, Arguments: [{ Op: ScalarOp.LoopIndex } index, { IsConstant: true } constant] } when index.Payload == axis => constant.Bits,
            _ => null,
        };
    }

    /// <summary>Replaces leaves; equal results stay one object.</summary>
    public static Scalar Substitute(ScalarBuilder b, Scalar scalar, Func<Scalar, Scalar?> replacement, Dictionary<Scalar, Scalar> done)
    {
        if (done.TryGetValue(scalar, out var known)) return known;
        var result = replacement(scalar);
        if (result is null)
        {
            var arguments = Array.ConvertAll(scalar.Arguments, a => Substitute(b, a, replacement, done));
            result = arguments.AsSpan().SequenceEqual(scalar.Arguments) ? scalar : b.Rebuild(scalar, arguments);
        }
        done.Add(scalar, result);
        return result;
    }

    /// <summary>What computing some values takes, without addresses.</summary>
    public static int CountInstructions(IEnumerable<Scalar> roots) =>
        Reachable(roots).Count(s => !s.IsConstant && s.Op != ScalarOp.LoopIndex && (s.Type != DType.Int64 || s.Op == ScalarOp.Load));

    /// <summary>The value of an index expression of constants and extents as a dim.</summary>
    public static bool TryDim(Scalar scalar, out Dim dim)
    {
        dim = scalar.IsConstant ? scalar.Bits : default(Dim);
        if (scalar.Op == ScalarOp.Extent) dim = (Dim)scalar.Payload!;
        return scalar.IsConstant || scalar.Op == ScalarOp.Extent;
    }
}
