namespace GraphGrad;

/// <summary>
/// A function that can be undone, with the logarithm of the determinant of its derivative: it makes another distribution of one, <c>LogDensity.Transformed(y, Bijection.Exp, x => LogDensity.Normal(x))</c>. Elementwise, or of vectors
/// in the last axis. PyTorch's <c>distributions.transforms</c>.
/// </summary>
public sealed class Bijection
{
    private readonly Func<Value, Value> forward;
    private readonly Func<Value, Value> inverse;
    private readonly Func<Value, Value, Value> logDeterminant;

    /// <summary>A function that can be undone.</summary>
    /// <param name="forward">The function.</param>
    /// <param name="inverse">What undoes it.</param>
    /// <param name="logDeterminant">The logarithm of the absolute value of the derivative, from what goes in and what comes out; of a function of vectors, of the determinant, without the last axis.</param>
    /// <param name="isOfVectors">Whether it is a function of vectors in the last axis.</param>
    public Bijection(Func<Value, Value> forward, Func<Value, Value> inverse, Func<Value, Value, Value> logDeterminant, bool isOfVectors = false)
    {
        (this.forward, this.inverse, this.logDeterminant, IsOfVectors) = (forward, inverse, logDeterminant, isOfVectors);
    }

    /// <summary>eˣ.</summary>
    public static Bijection Exp { get; } = new(Ops.Exp, Ops.Log, (x, _) => x);

    /// <summary>log x, of positive numbers.</summary>
    public static Bijection Log { get; } = new(Ops.Log, Ops.Exp, (_, y) => -y);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Bijection Sigmoid { get; } = new(Ops.Sigmoid, y => Ops.Logit(y), (x, _) => -Ops.Softplus(x) - Ops.Softplus(-x));

    /// <summary>tanh x.</summary>
    public static Bijection Tanh { get; } = new(Ops.Tanh, Ops.Atanh, (x, _) => 2 * (Math.Log(2) - x - Ops.Softplus(-2 * x)));

    /// <summary>log(1 + eˣ).</summary>
    public static Bijection Softplus { get; } = new(Ops.Softplus, y => y + Ops.Log(-Ops.Expm1(-y)), (x, _) => -Ops.Softplus(-x));

    /// <summary>Numbers as shares of a whole that leave some to the next one and the last: a vector has one more element than goes in. The first of n takes sigmoid(x - log n).</summary>
    public static Bijection StickBreaking { get; } = new(
        x =>
        {
            var offset = Places(x, Count(x));
            var (taken, left) = (Ops.LogSigmoid(x - offset), -Ops.Softplus(x - offset));
            var before = Ops.CumSum(left, -1);
            return Ops.Exp(Ops.Concat([taken + before - left, Ops.Sum(left, -1, keepDims: true)], -1));
        },
        y =>
        {
            var count = Count(y) - 1;
            var places = y.Graph.Constant(Enumerable.Range(0, (int)count).ToArray());
            // What is left behind an element, summed from the far end.
            var left = Ops.Gather(Ops.CumSum(y, -1, reverse: true), places + 1, -1);
            var taken = Ops.Gather(y, places, -1);
            return Ops.Log(taken) - Ops.Log(left) + Places(taken, count);
        },
        (x, y) =>
        {
            var shifted = x - Places(x, Count(x));
            var places = y.Graph.Constant(Enumerable.Range(0, (int)Count(x)).ToArray());
            return Ops.Sum(Ops.Log(Ops.Gather(y, places, -1)) - Ops.Softplus(shifted), -1);
        },
        isOfVectors: true);

    /// <summary>Whether it is a function of vectors in the last axis, not of single numbers.</summary>
    public bool IsOfVectors { get; }

    /// <summary>location + scale · x.</summary>
    public static Bijection Affine(Value location, Value scale) => new(x => location + scale * x, y => (y - location) / scale, (x, _) => Ops.Log(Ops.Abs(scale)) + 0 * x);

    /// <summary>xᵖ, of positive numbers.</summary>
    public static Bijection Power(Value exponent) => new(x => Ops.Pow(x, exponent), y => Ops.Pow(y, 1 / exponent), (x, y) => Ops.Log(Ops.Abs(exponent * y / x)));

    /// <summary>What it makes of x.</summary>
    public Value Forward(Value x) => forward(x);

    /// <summary>What it makes y of.</summary>
    public Value Inverse(Value y) => inverse(y);

    /// <summary>The logarithm of the absolute value of the derivative at x, of which it makes y; of a function of vectors, of the determinant.</summary>
    public Value LogDeterminant(Value x, Value y) => logDeterminant(x, y);

    /// <summary>The other way.</summary>
    public Bijection Inverted() => new(inverse, forward, (y, x) => -logDeterminant(x, y), IsOfVectors);

    /// <summary>This one first, then another.</summary>
    public Bijection Then(Bijection next) => new(
        x => next.Forward(Forward(x)),
        y => Inverse(next.Inverse(y)),
        (x, y) =>
        {
            var middle = Forward(x);
            var (first, second) = (LogDeterminant(x, middle), next.LogDeterminant(middle, y));
            if (IsOfVectors == next.IsOfVectors) return first + second;
            return IsOfVectors ? first + Ops.Sum(second, -1) : Ops.Sum(first, -1) + second;
        },
        IsOfVectors || next.IsOfVectors);

    private static long Count(Value x) => x.Rank >= 1 && x.Shape[^1].IsConstant
        ? x.Shape[^1].Value
        : throw x.Graph.Error("stick breaking", $"'{x.Name}' {x.Type} has no last axis of known extent. Reshape it.");

    /// <summary>log n, log(n - 1), … log 1: the logarithms of how many shares are still to be taken after each.</summary>
    private static Value Places(Value x, long count) => Ops.Cast(x.Graph.Constant(Enumerable.Range(0, (int)count).Select(i => Math.Log(count - i)).ToArray()), x.DType);
}
