using System.Linq.Expressions;
using GraphGrad.Compilation.Emission;
using GraphGrad.Scalars;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Compiles lanes for tests: a group from each input, a body, a group to the output.</summary>
internal static class LaneKernel
{
    /// <summary>Every width with the fewest lanes and more. Those that are not accelerated here run in software.</summary>
    public static TheoryData<VectorWidth, int> Widths => new()
    {
        { VectorWidth.Scalar, 1 },
        { VectorWidth.Vector128, 2 },
        { VectorWidth.Vector128, 4 },
        { VectorWidth.Vector128, 8 },
        { VectorWidth.Vector256, 4 },
        { VectorWidth.Vector256, 8 },
        { VectorWidth.Vector256, 16 },
        { VectorWidth.Vector512, 8 },
        { VectorWidth.Vector512, 16 },
        { VectorWidth.Vector512, 32 },
    };

    /// <summary>Compiles statements of (addresses, count), written with an emitter that spills into the list.</summary>
    public static Action<long[], int> Compile(
        VectorWidth width, int lanes, Action<LaneEmitter, StatementList, Func<int, Expression>, ParameterExpression> body)
    {
        var addresses = Expression.Parameter(typeof(long[]), "addresses");
        var count = Expression.Parameter(typeof(int), "count");
        var statements = new StatementList();
        var emitter = LaneEmitter.Create(width, lanes, statements.Assign);
        body(emitter, statements, i => Expression.ArrayIndex(addresses, Expression.Constant(i)), count);
        return Expression.Lambda<Action<long[], int>>(statements.ToBlock(), addresses, count).Compile();
    }

    /// <summary>Computes a scalar whose parameters are the inputs, for all their elements: a multiple of the lanes.</summary>
    public static LaneData Evaluate(VectorWidth width, int lanes, Scalar scalar, params LaneData[] inputs)
    {
        var kernel = Compile(width, lanes, (emitter, statements, address, _) =>
        {
            var function = new ScalarFunctionEmitter(
                emitter, statements, s => s.Op == ScalarOp.Parameter ? emitter.Load(s.Type, address((int)s.Payload!)) : null);
            var value = function.Emit(scalar)[0];
            statements.Add(emitter.Store(scalar.Type, address(inputs.Length), value));
        });
        var result = new LaneData(scalar.Type, inputs[0].Count);
        for (var i = 0; i < result.Count; i += lanes)
            kernel([.. inputs.Select(input => input.Address + i * input.Type.Size()), result.Address + i * result.Type.Size()], lanes);
        return result;
    }
}
