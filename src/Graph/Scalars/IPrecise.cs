namespace GraphGrad.Scalars;

/// <summary>Numbers with more digits than a double, in which an elementwise op says once how it is computed (<see cref="Operations.ElementwiseOp.Precise"/>).</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal interface IPrecise<T>
    where T : struct, IPrecise<T>
{
    static abstract T Zero { get; }

    static abstract T One { get; }

    static abstract T Pi { get; }

    /// <summary>The nearest double; of what is finite, a finite one.</summary>
    double High { get; }

    bool IsZero { get; }

    bool IsNaN { get; }

    /// <summary>-1, 0 or 1.</summary>
    T Sign { get; }

    static abstract implicit operator T(double x);

    static abstract T operator -(T x);

    static abstract T operator +(T x, T y);

    static abstract T operator -(T x, T y);

    static abstract T operator *(T x, T y);

    static abstract T operator /(T x, T y);

    static abstract bool operator <(T x, T y);

    static abstract bool operator >(T x, T y);

    /// <summary>Whether two numbers are equal; NaN equals nothing.</summary>
    static abstract bool Same(T x, T y);

    static abstract T Abs(T x);

    static abstract T Sqrt(T x);

    static abstract T Exp(T x);

    static abstract T Expm1(T x);

    static abstract T Log(T x);

    static abstract T Log1p(T x);

    static abstract T Log2(T x);

    static abstract T Log10(T x);

    static abstract T Pow(T x, T y);

    static abstract T Hypot(T x, T y);

    static abstract T Sin(T x);

    static abstract T Cos(T x);

    static abstract T Tan(T x);

    static abstract T Asin(T x);

    static abstract T Acos(T x);

    static abstract T Atan(T x);

    static abstract T Atan2(T y, T x);

    static abstract T Sinh(T x);

    static abstract T Cosh(T x);

    static abstract T Tanh(T x);

    static abstract T Sech(T x);

    static abstract T Asinh(T x);

    static abstract T Acosh(T x);

    static abstract T Atanh(T x);

    static abstract T Sigmoid(T x);

    static abstract T Softplus(T x);

    static abstract T Erf(T x);

    static abstract T Erfc(T x);

    static abstract T ScaledErfc(T x);

    static abstract T ScaledErfcIntegral(int n, T x);

    static abstract T LogGamma(T x);

    static abstract T Digamma(T x);

    static abstract T Polygamma(int n, T x);

    static abstract T BesselI(int n, T x);

    static abstract T ScaledBesselI(int n, T x);

    static abstract T ScaledBesselMoment(int k, T x);

    static abstract T BesselJ(int n, T x);

    static abstract T BesselY(int n, T x);

    static abstract T BesselK(int n, T x);

    static abstract T ScaledBesselK(int n, T x);

    static abstract T ScaledBesselKDifference(T x);
}
