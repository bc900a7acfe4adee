using System.Runtime.CompilerServices;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Fuzzing;

/// <summary>Steps that work element by element, with broadcasting.</summary>
internal static class ElementwiseSteps
{
    private static readonly Func<Draft, ProgramStep?>[] Unary =
    [
        Float(x => Tanh(x)),
        Float(x => Sigmoid(x)),
        Float(x => Sin(x)),
        Float(x => Cos(x)),
        Float(x => Exp(x)),
        Float(x => Expm1(x)),
        Float(x => -x),
        Float(x => Abs(x), x => x),
        Float(x => Sign(x), x => x),
        Float(x => Square(x)),
        Float(x => Sqrt(Abs(x) + 0.5), x => x),
        Float(x => Rsqrt(Square(x) + 0.5)),
        Float(x => Log(Square(x) + 0.5)),
        Float(x => Log1p(Square(x))),
        Float(x => Softplus(x)),
        Float(x => Erf(x)),
        Float(x => Erfc(x)),
        Float(x => Atan(x)),
        Float(x => Asinh(x)),
        Float(x => Acosh(Square(x) + 1.5)),
        Float(x => Atanh(Tanh(x) * 0.9)),
        Float(x => Asin(Tanh(x) * 0.9)),
        Float(x => Acos(Tanh(x) * 0.9)),
        Float(x => Sinh(x)),
        Float(x => Cosh(x)),
        Float(x => Tan(Tanh(x))),
        Float(x => Floor(x), x => x - Round(x)),
        Float(x => Ceil(x), x => x - Round(x)),
        Float(x => Trunc(x), x => x - Round(x)),
        Float(x => Round(x), x => x - Floor(x) - 0.5),
        Float(x => x * 0.5 + 1),
        Float(x => 2 - x),
        Float(x => 1 / (Square(x) + 1)),
        Float(x => Relu(x), x => x),
        Float(x => Gelu(x)),
        Float(x => Silu(x)),
    ];

    private static readonly Func<Draft, ProgramStep?>[] Binary =
    [
        Floats((x, y) => x + y),
        Floats((x, y) => x - y),
        Floats((x, y) => x * y),
        Floats((x, y) => x / (Square(y) + 0.5)),
        Floats((x, y) => Maximum(x, y), (x, y) => x - y),
        Floats((x, y) => Minimum(x, y), (x, y) => x - y),
        Floats((x, y) => Atan2(x, Square(y) + 0.5)),
        Floats((x, y) => Pow(Square(x) + 0.5, y)),
        Floats((x, y) => x < y, (x, y) => x - y),
        Floats((x, y) => x >= y, (x, y) => x - y),
        Floats((x, y) => x > y, (x, y) => x - y),
        Floats((x, y) => x <= y, (x, y) => x - y),
    ];

    public static readonly Func<Draft, ProgramStep?>[] All = [.. Unary, .. Binary, .. Binary, Select, Select, Integers, Bools, BoolNot, Numbers, ToInteger];

    private static Func<Draft, ProgramStep?> Float(
        Func<Value, Value> apply, Func<Value, Value>? margin = null, [CallerArgumentExpression(nameof(apply))] string text = "") =>
        draft => draft.PickFloat() is not { } x ? null : ProgramStep.Lambda(text, v => apply(v[0]), x) with
        {
            Margin = margin is null ? null : v => margin(v[0]),
        };

    private static Func<Draft, ProgramStep?> Floats(
        Func<Value, Value, Value> apply, Func<Value, Value, Value>? margin = null, [CallerArgumentExpression(nameof(apply))] string text = "") =>
        draft => Pair(draft, v => v.DType.IsFloat()) is not { } pair ? null : ProgramStep.Lambda(text, v => apply(v[0], v[1]), pair.X, pair.Y) with
        {
            Margin = margin is null ? null : v => margin(v[0], v[1]),
        };

    /// <summary>Two values that broadcast, of the kind that fits.</summary>
    private static (int X, int Y)? Pair(Draft draft, Func<Value, bool> fits)
    {
        if (draft.Pick(fits) is not { } x) return null;
        var y = draft.Pick(v => fits(v) && v.DType == draft[x].DType && Broadcast(v, draft[x]));
        return y is null ? null : draft.Random.Next(2) == 0 ? (x, y.Value) : (y.Value, x);
    }

    private static bool Broadcast(Value x, Value y)
    {
        for (var axis = 1; axis <= Math.Min(x.Rank, y.Rank); axis++)
        {
            if (x.Shape[^axis] != y.Shape[^axis] && !x.Shape[^axis].IsOne && !y.Shape[^axis].IsOne) return false;
        }
        return true;
    }

    private static ProgramStep? Select(Draft draft)
    {
        if (draft.Pick(v => v.DType == DType.Bool) is not { } condition) return null;
        if (Pair(draft, v => v.DType != DType.Bool && Broadcast(v, draft[condition])) is not { } pair) return null;
        return ProgramStep.Call("Where({0}, {1}, {2})", v => Where(v[0], v[1], v[2]), condition, pair.X, pair.Y);
    }

    private static ProgramStep? Integers(Draft draft)
    {
        if (Pair(draft, v => v.DType.IsInteger()) is not { } pair) return null;
        return draft.Random.Next(6) switch
        {
            0 => ProgramStep.Lambda("(x, y) => x + y", v => v[0] + v[1], pair.X, pair.Y),
            1 => ProgramStep.Lambda("(x, y) => x * y", v => v[0] * v[1], pair.X, pair.Y),
            2 => ProgramStep.Lambda("(x, y) => x - y", v => v[0] - v[1], pair.X, pair.Y),
            3 => ProgramStep.Lambda("(x, y) => x < y", v => v[0] < v[1], pair.X, pair.Y),
            4 => ProgramStep.Lambda("(x, y) => Equal(x, y)", v => Equal(v[0], v[1]), pair.X, pair.Y),
            _ => ProgramStep.Lambda("(x, y) => Maximum(x, y)", v => Maximum(v[0], v[1]), pair.X, pair.Y),
        };
    }

    private static ProgramStep? Bools(Draft draft)
    {
        if (Pair(draft, v => v.DType == DType.Bool) is not { } pair) return null;
        return draft.Random.Next(3) switch
        {
            0 => ProgramStep.Lambda("(x, y) => x & y", v => v[0] & v[1], pair.X, pair.Y),
            1 => ProgramStep.Lambda("(x, y) => x | y", v => v[0] | v[1], pair.X, pair.Y),
            _ => ProgramStep.Lambda("(x, y) => x ^ y", v => v[0] ^ v[1], pair.X, pair.Y),
        };
    }

    private static ProgramStep? BoolNot(Draft draft) =>
        draft.Pick(v => v.DType == DType.Bool) is not { } x ? null : ProgramStep.Lambda("x => !x", v => !v[0], x);

    /// <summary>Integers and bools back among the floats.</summary>
    private static ProgramStep? Numbers(Draft draft) => draft.Pick(v => !v.DType.IsFloat()) is not { } x
        ? null
        : new ProgramStep("Cast({0}, type)", [x], (v, floats) => Cast(v[0], floats));

    private static ProgramStep? ToInteger(Draft draft)
    {
        if (draft.PickFloat() is not { } x) return null;
        var type = draft.Random.Next(2) == 0 ? DType.Int32 : DType.Int64;
        return ProgramStep.Call($"Cast({{0}}, DType.{type})", v => Cast(v[0], type), x) with { Margin = v => v[0] - Round(v[0]) };
    }
}
