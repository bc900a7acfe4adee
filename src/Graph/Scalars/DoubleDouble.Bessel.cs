namespace GraphGrad.Scalars;

// Of these no series has been written for two doubles: they take what more digits make of them.
internal readonly partial struct DoubleDouble
{
    // More than two doubles hold.
    private const int Digits = 128;

    public static DoubleDouble BesselI(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.BesselI(n, y));

    public static DoubleDouble ScaledBesselI(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.ScaledBesselI(n, y));

    public static DoubleDouble ScaledBesselMoment(int k, DoubleDouble x) => OfDigits(x, y => BigFloat.ScaledBesselMoment(k, y));

    public static DoubleDouble ScaledErfcIntegral(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.ScaledErfcIntegral(n, y));

    public static DoubleDouble BesselJ(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.BesselJ(n, y));

    public static DoubleDouble BesselY(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.BesselY(n, y));

    public static DoubleDouble BesselK(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.BesselK(n, y));

    public static DoubleDouble ScaledBesselK(int n, DoubleDouble x) => OfDigits(x, y => BigFloat.ScaledBesselK(n, y));

    public static DoubleDouble ScaledBesselKDifference(DoubleDouble x) => OfDigits(x, BigFloat.ScaledBesselKDifference);

    private static DoubleDouble OfDigits(DoubleDouble x, Func<BigFloat, BigFloat> function)
    {
        var (precision, hasGuessed) = (BigFloat.Precision, BigFloat.HasGuessed);
        BigFloat.Precision = Digits;
        try
        {
            var result = function((BigFloat)x.High + x.Low);
            var high = result.ToDouble();
            return double.IsFinite(high) ? Of(high, (result - high).ToDouble()) : high;
        }
        finally
        {
            (BigFloat.Precision, BigFloat.HasGuessed) = (precision, hasGuessed);
        }
    }
}
