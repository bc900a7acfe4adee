namespace GraphGrad.Scalars;

/// <summary>
/// The modified Bessel functions of the first kind of orders 0 and 1, in float64: near 0 the power series in x²/4, economized, and beyond 8
/// e^x/√x times a polynomial in 1/x (Abramowitz and Stegun, 9.6.10 and 9.7.1); both by Chebyshev interpolation, relative error 0.6 units in
/// the last place.
/// </summary>
internal static class BesselFunction
{
    private const double Far = 8;

    // I0(x) and I1(x)/(x/2) in x²/4 for |x| ≤ 8.
    private static readonly double[][] Near =
    [
        [
            3.6454386812677436e-27, 4.940670282542572e-25, 1.35095827969477e-22, 2.5698743857514957e-20, 4.3600362269175774e-18,
            6.275862820937522e-16, 7.594079950279469e-14, 7.594056846699174e-12, 6.151187413177668e-10, 3.936759885673581e-08,
            1.9290123457790406e-06, 6.944444444424399e-05, 0.0017361111111113758, 0.027777777777777565, 0.2500000000000001, 1.0,
            1.0,
        ],
        [
            2.0903513298308396e-28, 3.1590697545594773e-26, 8.963806609001204e-24, 1.837156865691237e-21, 3.3535043207335216e-19,
            5.22994881944532e-17, 6.903701192957936e-15, 7.594057567711265e-13, 6.834652632309533e-11, 4.920949859540306e-09,
            2.755731922452985e-07, 1.1574074074063174e-05, 0.0003472222222222366, 0.006944444444444433, 0.08333333333333334, 0.5,
            1.0,
        ],
    ];

    // √x·e^-x·I(x) in 16/x - 1 for x ≥ 8.
    private static readonly double[][] Tail =
    [
        [
            4.655655751294525e-11, 1.556423962829591e-11, -3.6353603909526465e-10, -1.1746991110551324e-10, 1.3291938884143105e-09,
            4.1991218209463363e-10, -3.0791787996480336e-09, -9.961827005971165e-10, 5.2159872385826355e-09, 1.9518431205146255e-09,
            -7.1046429701883025e-09, -3.799241020140616e-09, 8.006764881281122e-09, 7.687473295440412e-09, -5.6022211783247e-09,
            -1.3450608319883882e-08, -6.7023325619894366e-09, 7.563107589679047e-09, 2.1541699603632043e-08, 3.9324793517123454e-08,
            8.872278303607728e-08, 2.9735993216471474e-07, 1.4838475391383468e-06, 1.1143033788559087e-05, 0.00013621607439240856,
            0.0033605519836678844, 0.4021765094450081,
        ],
        [
            -1.13288885034257e-10, -3.2677656089803323e-11, 7.79067217908059e-10, 2.582169443152386e-10, -2.5062162405593894e-09,
            -1.0476127785270019e-09, 5.094016301574338e-09, 3.0717395650769477e-09, -7.222524178953976e-09, -7.432535335623792e-09,
            5.722677527454156e-09, 1.3952625102162603e-08, 6.795073490187386e-09, -8.407326839577817e-09, -2.3382691353601083e-08,
            -4.31323156237458e-08, -1.0001220638799958e-07, -3.483853071371078e-07, -1.8349101539664522e-06, -1.503854721127423e-05,
            -0.000219235763833829, -0.009749577193235609, 0.38939845902587233,
        ],
    ];

    /// <summary>I of an order 0 or 1, or e^-|x| times it.</summary>
    public static Scalar Modified(ScalarBuilder b, Scalar x, int order, bool scaled)
    {
        var one = b.Float64(1);
        var magnitude = b.Absolute(x);
        var small = FloatFormat.Of(DType.Float64).AtMost(b, magnitude, Far);
        var half = b.Multiply(small, b.Float64(0.5));
        var near = b.Polynomial(b.Multiply(half, half), Near[order]);
        if (order == 1) near = b.Multiply(near, half);
        if (scaled) near = b.Multiply(near, Exponentials.Exp(b, b.Negate(small)));
        var isFar = b.LessThan(b.Float64(Far), magnitude);
        // Where e^x overflows, its product with 1/√∞ = 0 must not be formed.
        var large = b.Select(isFar, scaled ? magnitude : FloatFormat.Of(DType.Float64).AtMost(b, magnitude, 1000), b.Float64(Far));
        var factor = b.Divide(b.Polynomial(b.FusedMultiplyAdd(b.Divide(one, large), b.Float64(16), b.Float64(-1)), Tail[order]), b.SquareRoot(large));
        // e^x in two equal factors: it overflows before e^x/√x does.
        var exp = scaled ? one : Exponentials.Exp(b, b.Multiply(large, b.Float64(0.5)));
        var far = scaled ? factor : b.Multiply(b.Multiply(factor, exp), exp);
        var result = b.Select(b.Equal(magnitude, magnitude), b.Select(isFar, far, near), magnitude);
        return order == 0 ? result : b.Select(b.LessThan(x, b.Float64(0)), b.Negate(result), b.Select(b.Equal(x, b.Float64(0)), x, result));
    }
}
