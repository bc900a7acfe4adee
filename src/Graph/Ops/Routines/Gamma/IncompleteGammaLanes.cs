using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>What <see cref="IncompleteGammaLanes"/> computes.</summary>
internal enum IncompleteGammaKind
{
    /// <summary>P(a, x).</summary>
    Lower,

    /// <summary>Q(a, x).</summary>
    Upper,

    /// <summary>x^(a-1)·e^-x / Γ(a).</summary>
    Density,
}

/// <summary>
/// The incomplete gamma functions of many numbers, by the series of <see cref="IncompleteGammaFunctions"/> in float64 lanes: pairs of numbers that need the same series are gathered first, and a lane whose
/// sum is done waits for the others. Relative error of float32 1e-11 before the last rounding; of float64, where what the sums are multiplied with is computed one by one, that of the scalar functions. What is
/// large, tiny or no number is left to these.
/// </summary>
internal static unsafe class IncompleteGammaLanes
{
    private const int Together = 256;
    private const double LeastShape = 1e-3, MostShape = 100, LeastArgument = 1e-30, MostArgument = 1e3;
    private const double Rounding = 1e-13, RoundingOfDouble = 1e-17;
    private const double HalfLogTwoPi = 0.9189385332046727;

    // For x below 1.1: 1.1^18 / 18! is 1e-15.
    private const int SmallTerms = 18;

    public static void Map<T>(IncompleteGammaKind kind, ReadOnlySpan<T> a, ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var ofSeries = new Group<T>(kind, isSeries: true, stackalloc int[Together]);
        var ofFractions = new Group<T>(kind, isSeries: false, stackalloc int[Together]);
        for (var i = 0; i < result.Length; i++)
        {
            double shape = double.CreateTruncating(a[i]), argument = double.CreateTruncating(x[i]);
            if (!(shape is >= LeastShape and < MostShape && argument is >= LeastArgument and < MostArgument))
            {
                result[i] = T.CreateTruncating(Alone(kind, shape, argument));
                continue;
            }
            if (kind == IncompleteGammaKind.Density || IncompleteGammaFunctions.IsBelow(shape, argument)) ofSeries.Add(i, a, x, result);
            else ofFractions.Add(i, a, x, result);
        }
        ofSeries.Finish(a, x, result);
        ofFractions.Finish(a, x, result);
    }

    private static double Alone(IncompleteGammaKind kind, double a, double x) => kind switch
    {
        IncompleteGammaKind.Lower => IncompleteGammaFunctions.Lower(a, x),
        IncompleteGammaKind.Upper => IncompleteGammaFunctions.Upper(a, x),
        _ => IncompleteGammaFunctions.Density(a, x),
    };

    /// <summary>The functions of float64, of which densities are not computed here.</summary>
    private static void EvaluateExactly<TLane>(IncompleteGammaKind kind, bool isSeries, Span<double> a, Span<double> x, Span<double> result)
        where TLane : unmanaged, ILane<TLane, double>
    {
        for (var i = 0; i < a.Length; i++) result[i] = IncompleteGammaFunctions.Factor(a[i], x[i]) / a[i];
        fixed (double* shapes = a, arguments = x, to = result)
        {
            if (isSeries) Series<TLane>(shapes, arguments, to, a.Length, RoundingOfDouble);
            else Fractions<TLane>(shapes, arguments, to, a.Length, RoundingOfDouble);
        }
        if (isSeries == (kind == IncompleteGammaKind.Lower)) return;
        for (var i = 0; i < a.Length; i++) result[i] = isSeries ? IncompleteGammaFunctions.UpperBySeries(a[i], x[i], result[i]) : 1 - result[i];
    }

    private static void Evaluate<TLane>(IncompleteGammaKind kind, bool isSeries, Span<double> a, Span<double> x, Span<double> result)
        where TLane : unmanaged, ILane<TLane, double>
    {
        Span<double> logGamma = (stackalloc double[Together])[..a.Length], logX = (stackalloc double[Together])[..a.Length];
        TensorPrimitives.Log<double>(x, logX);
        LogGammaOfOneMore(a, logGamma);
        // x^a·e^-x / Γ(a + 1).
        var factor = result;
        for (var i = 0; i < a.Length; i++) factor[i] = (a[i] * logX[i]) - x[i] - logGamma[i];
        TensorPrimitives.Exp<double>(factor, factor);
        if (kind == IncompleteGammaKind.Density)
        {
            for (var i = 0; i < a.Length; i++) result[i] = factor[i] * a[i] / x[i];
            return;
        }
        fixed (double* shapes = a, arguments = x, to = result)
        {
            if (!isSeries)
            {
                Fractions<TLane>(shapes, arguments, to, a.Length, Rounding);
                if (kind == IncompleteGammaKind.Lower) TensorPrimitives.Subtract(1, result, result);
                return;
            }
            Series<TLane>(shapes, arguments, to, a.Length, Rounding);
            if (kind == IncompleteGammaKind.Lower) return;
            var cancels = TensorPrimitives.Max<double>(result) >= 0.7;
            if (!cancels)
            {
                TensorPrimitives.Subtract(1, result, result);
                return;
            }
            // 1 - x^a/Γ(a + 1)·(1 + a·Σ (-x)^n / (n!·(a + n))) where the sum itself is near 1.
            Span<double> exponent = (stackalloc double[Together])[..a.Length], power = (stackalloc double[Together])[..a.Length], back = (stackalloc double[Together])[..a.Length];
            for (var i = 0; i < a.Length; i++) exponent[i] = (a[i] * logX[i]) - logGamma[i];
            TensorPrimitives.Exp<double>(exponent, power);
            TensorPrimitives.Log<double>(power, back);
            fixed (double* sums = logGamma) SmallSums<TLane>(shapes, arguments, sums, a.Length);
            for (var i = 0; i < a.Length; i++)
            {
                // e^t - 1 as (u - 1)·t / log u with u = e^t rounded (Kahan).
                var difference = power[i] == 1 ? exponent[i] : (power[i] - 1) * exponent[i] / back[i];
                result[i] = result[i] < 0.7 ? 1 - result[i] : -difference - (power[i] * a[i] * logGamma[i]);
            }
        }
    }

    /// <summary>log Γ(1 + a) by Stirling's series at a + 8.</summary>
    private static void LogGammaOfOneMore(ReadOnlySpan<double> a, Span<double> result)
    {
        Span<double> product = (stackalloc double[Together])[..a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            var ends = a[i] * (a[i] + 8);
            product[i] = (a[i] + 4) * (ends + 7) * (ends + 12) * (ends + 15);
            result[i] = a[i] + 8;
        }
        TensorPrimitives.Log<double>(result, result);
        TensorPrimitives.Log<double>(product, product);
        for (var i = 0; i < a.Length; i++)
        {
            var z = a[i] + 8;
            var inverse = 1 / z;
            var square = inverse * inverse;
            var series = (((((((((-691.0 / 360360) * square) + (1.0 / 1188)) * square) - (1.0 / 1680)) * square) + (1.0 / 1260)) * square) - (1.0 / 360)) * square;
            result[i] = ((z - 0.5) * result[i]) - z + (HalfLogTwoPi + ((series + (1.0 / 12)) * inverse)) - product[i];
        }
    }

    /// <summary>Multiplies by Σ x^n / ((a + 1)…(a + n)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Series<TLane>(double* a, double* x, double* result, int count, double enough)
        where TLane : unmanaged, ILane<TLane, double>
    {
        TLane one = TLane.Fill(1), rounding = TLane.Fill(enough);
        for (var i = 0; i < count; i += TLane.Count)
        {
            TLane shape = TLane.Load(a + i), argument = TLane.Load(x + i), term = one, sum = one, least = rounding;
            while (TLane.IsAnyGreater(term, least))
            {
                shape += one;
                term = term * argument / shape;
                sum = TLane.WhereGreater(term, least, sum + term, sum);
                least = sum * rounding;
            }
            (TLane.Load(result + i) * sum).Store(result + i);
        }
    }

    /// <summary>
    /// Multiplies by a / (x + 1 - a - 1·(1 - a)/(x + 3 - a - 2·(2 - a)/(x + 5 - a - …))): differences of convergents, each from the one before (Steed's method, in Barnett and others, "Coulomb wave functions
    /// for all real η and ρ", 1974).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fractions<TLane>(double* a, double* x, double* result, int count, double enough)
        where TLane : unmanaged, ILane<TLane, double>
    {
        TLane one = TLane.Fill(1), two = TLane.Fill(2), rounding = TLane.Fill(enough);
        for (var i = 0; i < count; i += TLane.Count)
        {
            TLane shape = TLane.Load(a + i), b = TLane.Load(x + i) + one - shape, n = default;
            TLane d = one / b, difference = d, fraction = d, least = default;
            while (TLane.IsAnyGreater(TLane.Abs(difference), least))
            {
                n += one;
                b += two;
                d = one / TLane.MultiplyAdd(n * (shape - n), d, b);
                difference *= TLane.MultiplyAdd(b, d, -one);
                fraction = TLane.WhereGreater(TLane.Abs(difference), least, fraction + difference, fraction);
                least = fraction * rounding;
            }
            (TLane.Load(result + i) * shape * fraction).Store(result + i);
        }
    }

    /// <summary>Σ (-x)^n / (n!·(a + n)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SmallSums<TLane>(double* a, double* x, double* result, int count)
        where TLane : unmanaged, ILane<TLane, double>
    {
        for (var i = 0; i < count; i += TLane.Count)
        {
            TLane shape = TLane.Load(a + i), argument = TLane.Load(x + i), term = TLane.Fill(1), sum = default;
            for (var n = 1; n <= SmallTerms; n++)
            {
                term *= argument * TLane.Fill(-1.0 / n);
                sum += term / (shape + TLane.Fill(n));
            }
            sum.Store(result + i);
        }
    }

    /// <summary>Pairs that need the same series.</summary>
    private ref struct Group<T>(IncompleteGammaKind kind, bool isSeries, Span<int> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Span<int> places = places;
        private int count = 0;

        public void Add(int place, ReadOnlySpan<T> a, ReadOnlySpan<T> x, Span<T> result)
        {
            places[count++] = place;
            if (count == Together) Finish(a, x, result);
        }

        public void Finish(ReadOnlySpan<T> a, ReadOnlySpan<T> x, Span<T> result)
        {
            if (count == 0) return;
            Span<double> shapes = stackalloc double[Together], arguments = stackalloc double[Together], values = stackalloc double[Together];
            // What fills the last vector repeats the last pair.
            var whole = (count + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;
            for (var i = 0; i < whole; i++) (shapes[i], arguments[i]) = (double.CreateTruncating(a[places[Math.Min(i, count - 1)]]), double.CreateTruncating(x[places[Math.Min(i, count - 1)]]));
            if (Vector512.IsHardwareAccelerated) Choose<WideLane<double>>(shapes[..whole], arguments[..whole], values[..whole]);
            else Choose<NativeLane<double>>(shapes[..whole], arguments[..whole], values[..whole]);
            for (var i = 0; i < count; i++) result[places[i]] = T.CreateTruncating(values[i]);
            count = 0;
        }

        private readonly void Choose<TLane>(Span<double> shapes, Span<double> arguments, Span<double> values)
            where TLane : unmanaged, ILane<TLane, double>
        {
            if (typeof(T) == typeof(double)) EvaluateExactly<TLane>(kind, isSeries, shapes, arguments, values);
            else Evaluate<TLane>(kind, isSeries, shapes, arguments, values);
        }
    }
}
