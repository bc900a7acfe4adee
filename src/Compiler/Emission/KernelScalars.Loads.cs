using System.Linq.Expressions;
using System.Reflection;
using GraphGrad.Compilation.Kernels;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>Loads in lanes: of neighbours, of elements apart, and of what lies within bounds.</summary>
internal sealed partial class KernelScalars
{
    private Expression[] EmitLoad(Scalar load)
    {
        var buffer = (TensorBuffer)load.Payload!;
        if (buffer.Kind == BufferKind.Scratch && kernel.VectorIsOuter) return lanes.Load(load.Type, Address(buffer, load.Arguments[0]));
        if (!ScalarGraph.TryCoefficient(kernel.Builder, load.Arguments[0], kernel.Vector!, out var step))
            return lanes.Gather(load.Type, AddressOf(buffer), Lanes(load.Arguments[0]), active);
        var address = Address(buffer, load.Arguments[0]);
        if (!step.IsInteger(1)) return lanes.LoadStrided(load.Type, address, Uniform(step), PartialCount);
        return PartialCount is { } count ? lanes.LoadPartial(load.Type, address, count) : lanes.Load(load.Type, address);
    }

    private Expression[] EmitLoadWhere(Scalar load)
    {
        var (offset, inside, outside) = (load.Arguments[0], load.Arguments[1], load.Arguments[2]);
        var buffer = (TensorBuffer)load.Payload!;
        var result = Array.ConvertAll(Lanes(outside), e => scopes.Spill(e));
        if (!Varies(inside))
        {
            AssignWhere(Uniform(inside), result, () => EmitLoad(kernel.Builder.Load(load.Type, buffer, offset)));
            return result;
        }
        var isDense = load.Type != DType.Bool && ScalarGraph.TryCoefficient(kernel.Builder, offset, kernel.Vector!, out var step) && step.IsInteger(1);
        if (isDense && LaneRange.Find(kernel.Builder, inside, kernel.Vector!) is { } range)
        {
            EmitLoadWithin(load, range, result);
            return result;
        }
        var mask = Live(Lanes(inside));
        Func<Expression[]> emit;
        if (isDense)
        {
            var place = scopes.Spill(Address(buffer, offset));
            emit = () => lanes.LoadMasked(load.Type, place, mask, result);
        }
        else if (!Varies(offset))
        {
            // One element for all lanes, read here, not earlier: it is there only if one of them is inside.
            var place = scopes.Spill(Address(buffer, offset));
            emit = () => lanes.Apply(SelectOf(load.Type), [mask, Array.ConvertAll(lanes.Broadcast(load.Type, single.Load(load.Type, place)[0]), e => (Expression)scopes.Spill(e)), result]);
        }
        else
        {
            var (start, offsets) = (AddressOf(buffer), Lanes(offset));
            emit = () => lanes.Apply(SelectOf(load.Type), [mask, lanes.Gather(load.Type, start, offsets, mask), result]);
        }
        // Nothing at all is read where no lane is inside: the place may be far from what there is.
        AssignWhere(Expression.Not(lanes.All(lanes.Apply(Logic(ScalarOp.Not), [mask]))), result, emit);
        return result;
    }

    /// <summary>Neighbours within bounds that the first and the last lane tell: mostly all of them are inside, or none.</summary>
    private void EmitLoadWithin(Scalar load, LaneRange range, ParameterExpression[] result)
    {
        Expression Count(LaneBounds bounds) => StaticMethods.Call(
            typeof(LaneBounds), bounds.IsInclusive ? nameof(LaneBounds.UpTo) : nameof(LaneBounds.Below), Uniform(bounds.Place), Uniform(bounds.Limit));
        Expression Combined(IEnumerable<LaneBounds> bounds, Expression none, MethodInfo combine) =>
            bounds.Select(Count).Aggregate((Expression?)null, (all, own) => all is null ? own : Expression.Call(combine, all, own)) is { } count ? scopes.Spill(count) : none;
        Expression live = PartialCount ?? Expression.Constant(lanes.Lanes);
        var lower = Combined(range.Bounds.Where(b => !b.IsLeading), Expression.Constant(0), LaneBounds.Larger);
        var upper = Combined(range.Bounds.Where(b => b.IsLeading), live, LaneBounds.Smaller);
        var address = scopes.Spill(Address((TensorBuffer)load.Payload!, load.Arguments[0]));
        // Before the blocks under them, for what AssignWhere says.
        Expression[] shared = [.. range.Uniform.Select(Uniform)];
        var all = Assigning(result, () => PartialCount is { } count ? lanes.LoadPartial(load.Type, address, count) : lanes.Load(load.Type, address));
        var some = Assigning(result, () =>
        {
            var mask = lanes.Apply(Logic(ScalarOp.And), [lanes.FirstLanes(upper), lanes.Apply(Logic(ScalarOp.Not), [lanes.FirstLanes(lower)])]);
            return lanes.LoadMasked(load.Type, address, Live(mask), result);
        });
        var isAll = Expression.AndAlso(Expression.LessThanOrEqual(lower, Expression.Constant(0)), Expression.GreaterThanOrEqual(upper, live));
        var isSome = Expression.AndAlso(Expression.LessThan(lower, upper), Expression.LessThan(lower, live));
        Expression body = Expression.IfThenElse(isAll, all, Expression.IfThen(isSome, some));
        scopes.Add(shared.Aggregate(body, (inner, condition) => Expression.IfThen(condition, inner)));
    }

    /// <summary>A mask without the lanes beyond the end.</summary>
    private Expression[] Live(Expression[] mask) =>
        active is null ? mask : Array.ConvertAll(lanes.Apply(Logic(ScalarOp.And), [mask, active]), e => (Expression)scopes.Spill(e));
}
