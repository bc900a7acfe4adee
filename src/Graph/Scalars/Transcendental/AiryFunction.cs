namespace GraphGrad.Scalars;

/// <summary>
/// Airy's function Ai and its derivative, in float64: polynomials from -5 to 2, above e^-ζ·x^∓¼ times a polynomial in 1/ζ, ζ = ⅔·x^(3/2), below |x|^∓¼ times sine and cosine of
/// ζ - π/4 with polynomials in 1/ζ² (Abramowitz and Stegun, 10.4.59 to 10.4.62), all by Chebyshev interpolation of values of 50 digits.
/// </summary>
internal static class AiryFunction
{
    // ⅔·2^(3/2) and ⅔·5^(3/2).
    private const double PositiveFrom = 1.8856180831641267;
    private const double NegativeFrom = 7.453559924999299;

    // Of Ai and Ai' from -5 to -2.5, in x/1.25 + 3; error 2 units of the last place of 1.
    private static readonly double[][] Lower =
    [
        [
            8.796935981477473e-12, -9.87774647038658e-11, 9.009250473018188e-11, 2.979730725640153e-09, -1.4261381570227909e-08,
            -2.661302248945415e-08, 4.45990310248918e-07, -8.947399659688494e-07, -6.395108261120372e-06, 3.56167281705882e-05,
            1.0650974970447281e-05, -0.0005639682510316208, 0.001152873153975749, 0.004178454773317863, -0.0192273271983172,
            -0.0045575866255130985, 0.14036179682589972, -0.13020053495619774, -0.48860794765826954, 0.6901333562712194,
            0.7371465908619806, -0.7905674578264704, -0.2516127030142227,
        ],
        [
            3.09727224104902e-11, 1.5269455223131972e-10, -1.8220681996800188e-09, 1.4521376808963291e-09, 4.565970810835489e-08,
            -2.0538667524242556e-07, -3.6240605223182275e-07, 5.708703148079445e-06, -1.073650937080363e-05, -7.162523234103285e-05,
            0.00037041378580692365, 0.00010224936880856335, -0.004962920548524171, 0.009222985229201437, 0.030084874355723726,
            -0.12305489406878357, -0.025522485101454117, 0.6737366247642768, -0.5208021398248754, -1.5635454325064606,
            1.6563200550509285, 1.179434545379169, -0.6324539662611763,
        ],
    ];

    // From -2.5 to 0, in x/1.25 + 1; error 2 units of the last place of 1.
    private static readonly double[][] Upper =
    [
        [
            -4.209466798186585e-12, -1.177538636657427e-14, 1.6907064262789738e-10, -7.561272302302542e-10, -1.4732922670967782e-09,
            2.817225681637721e-08, -8.895645346078282e-08, -2.9417890843524625e-07, 3.1662393365987577e-06, -6.398326960790012e-06,
            -3.381022322142269e-05, 0.00021908363144880136, -0.00021334123440486263, -0.0021175330025832604, 0.007977840813170357,
            0.00011322954748672052, -0.06060067671303093, 0.11095481213343497, 0.1126940179835293, -0.5078569115579095,
            0.1738494541898972, 0.5200454774352992,
        ],
        [
            1.0947798625459938e-11, -7.064442069276926e-11, -5.4927399309164876e-11, 2.5695193157394047e-09, -1.0771227517506057e-08,
            -2.0036061264262114e-08, 3.604653028171537e-07, -1.0674782343830096e-06, -3.294701994159412e-06, 3.292888963113943e-05,
            -6.142398552278763e-05, -0.00029752996456735605, 0.001752669064967787, -0.0015360568876603019, -0.013552211218826132,
            0.04467590855374619, 0.0005435018281512521, -0.24240270685212317, 0.3550553988269827, 0.2704656431604703,
            -0.812571058492655, 0.13907956335191776,
        ],
    ];

    // From 0 to 2, in x - 1; relative error 3 units in the last place.
    private static readonly double[][] Above =
    [
        [
            -8.321114785037451e-13, 5.834158444469707e-12, 1.4422283081892293e-12, -2.762081902956136e-10, 1.842682876917421e-09,
            -1.4629817628816684e-09, -5.651285198271877e-08, 3.918511894253668e-07, -6.200975242944165e-07, -6.839583496707045e-06,
            4.9943223634880565e-05, -0.00010575200545345591, -0.000386698008631709, 0.0031835185329569973, -0.007625102761696207,
            -0.003975837497318683, 0.06764620815644071, -0.1591474412967932, 0.13529241631288141,
        ],
        [
            2.6309917427368437e-13, 1.9601942272429858e-13, -1.6161952897298992e-11, 9.834761100940675e-11, 2.5311995912353987e-11,
            -4.141652708763771e-09, 2.5795258159069e-08, -1.902015649304512e-08, -6.781528209396061e-07, 4.310363850145606e-06,
            -6.200975757323605e-06, -6.155625171672765e-05, 0.0003995457891892687, -0.0007402640381299722, -0.0023201880518029724,
            0.015917592664781037, -0.030500411046784165, -0.011927512491955915, 0.13529241631288141, -0.1591474412967932,
        ],
    ];

    // e^ζ·x^¼·Ai(x) and e^ζ·x^-¼·Ai'(x) for x ≥ 2, in 2·ζ(2)/ζ - 1; relative error 2 units in the last place.
    private static readonly double[][] Decaying =
    [
        [
            2.375331300539151e-11, -3.743567697788753e-11, -7.049891461629668e-11, 9.790281814621758e-11, 1.749196885799203e-10,
            -2.575957215893433e-10, -2.1434131696095418e-11, -7.946571429532446e-11, 6.818549500561053e-10, -1.3868474454024882e-09,
            2.8166320000272914e-09, -6.656993403902761e-09, 1.6367236117824575e-08, -4.179946859531672e-08, 1.1275577071064085e-07,
            -3.246961612429351e-07, 1.0121089942839848e-06, -3.4851094608657497e-06, 1.3671255956557227e-05, -6.427592276898869e-05,
            0.00039865677489458394, -0.004122380595849576, 0.2774908024616546,
        ],
        [
            2.4471298495030784e-11, -3.8606642594064957e-11, -7.249757760400286e-11, 1.0072822975672442e-10, 1.8034508528089322e-10,
            -2.660351823797873e-10, -2.0242883058258663e-11, -8.587070518340571e-11, 7.119341157316474e-10, -1.4528729322990941e-09,
            2.9645468587107345e-09, -7.027195525920879e-09, 1.7337724594866872e-08, -4.447493663037272e-08, 1.2062744161459747e-07,
            -3.4975073200626876e-07, 1.1000093398161168e-06, -3.834579492031872e-06, 1.5315891292258705e-05, -7.415963415806786e-05,
            0.00048731317078508607, -0.005984108184326564, -0.28866116799251645,
        ],
    ];

    // P and ζ·Q with √π·y^¼·Ai(-y) = P·cos χ + Q·sin χ, √π·y^-¼·Ai'(-y) = P·sin χ + Q·cos χ, χ = ζ - π/4, y ≥ 5, in 2·(ζ(5)/ζ)² - 1; relative error 2 units in the last place.
    private static readonly double[][] WaveP =
    [
        [
            5.2727784242470915e-14, -1.5179090444882385e-13, 3.1998747979878037e-13, -1.2552086884253272e-12, 5.602889049196218e-12,
            -2.7051883478257475e-11, 1.5522262548635303e-10, -1.1119337986572293e-09, 1.067342663285596e-08, -1.542112034842239e-07,
            4.128666158294696e-06, -0.0003254319872640143, 0.9996702731603566,
        ],
        [
            -5.3816992316401295e-14, 1.5511363100225952e-13, -3.2788871175602015e-13, 1.2881193584657788e-12, -5.759748023392335e-12,
            2.7884481546269453e-11, -1.605792095480287e-10, 1.1561636911406874e-09, -1.118407898538681e-08, 1.637235953828345e-07,
            -4.502569568029818e-06, 0.0003854172287514524, 1.000390096058206,
        ],
    ];

    private static readonly double[][] WaveQ =
    [
        [
            7.036258411636833e-14, -1.666255097792031e-13, 1.746226068459655e-13, -6.021043064442784e-13, 2.4534608074407053e-12,
            -8.515146235591526e-12, 3.272877827652237e-11, -1.445294105018468e-10, 7.433297108253922e-10, -4.636467519784491e-09,
            3.7225332370846745e-08, -4.2157419525427654e-07, 7.854002446826036e-06, -0.0003247868744479995, 0.06911133919898425,
        ],
        [
            7.163375674502604e-14, -1.6977590836870855e-13, 1.7853768993286737e-13, -6.15876292737636e-13, 2.5098725918708688e-12,
            -8.724558649303034e-12, 3.359877769685686e-11, -1.487165229043333e-10, 7.672055786450929e-10, -4.805574874168956e-09,
            3.882150399841209e-08, -4.440074789322516e-07, 8.423506002226053e-06, -0.00036380109999067787, 0.09684950901988038,
        ],
    ];

    /// <summary>Ai, or its derivative.</summary>
    public static Scalar Of(ScalarBuilder b, Scalar x, bool derivative)
    {
        var (order, format) = (derivative ? 1 : 0, FloatFormat.Of(DType.Float64));
        var (zero, two, five) = (b.Float64(0), b.Float64(2), b.Float64(-5));
        var lower = b.Polynomial(b.FusedMultiplyAdd(format.AtLeast(b, x, -5), b.Float64(0.8), b.Float64(3)), Lower[order]);
        var upper = b.Polynomial(b.FusedMultiplyAdd(x, b.Float64(0.8), b.Float64(1)), Upper[order]);
        var above = b.Polynomial(b.Subtract(x, b.Float64(1)), Above[order]);
        var near = b.Select(b.LessThan(x, b.Float64(-2.5)), lower, b.Select(b.LessThan(x, zero), upper, above));
        var (isAbove, isBelow) = (b.LessThan(two, x), b.LessThan(x, five));
        // From 110 on both are 0 in float64.
        var result = b.Select(isAbove, Decay(b, format.AtMost(b, b.Select(isAbove, x, two), 200), order), near);
        return b.SelectRare(isBelow, Wave(b, b.Negate(format.AtLeast(b, b.Select(isBelow, x, five), -1e200)), order, x), result);
    }

    private static Scalar Decay(ScalarBuilder b, Scalar x, int order)
    {
        var (zeta, low, root) = Zeta(b, x);
        var t = b.FusedMultiplyAdd(b.Divide(b.Float64(PositiveFrom), zeta), b.Float64(2), b.Float64(-1));
        var product = b.Multiply(b.Polynomial(t, Decaying[order]), Exponentials.Exp(b, b.Negate(zeta), b.Negate(low)));
        return Scaled(b, product, root, order);
    }

    private static Scalar Wave(ScalarBuilder b, Scalar y, int order, Scalar x)
    {
        var (zeta, low, root) = Zeta(b, y);
        var inverse = b.Divide(b.Float64(1), zeta);
        var t = b.FusedMultiplyAdd(b.Multiply(inverse, inverse), b.Float64(2 * NegativeFrom * NegativeFrom), b.Float64(-1));
        var (p, q) = (b.Polynomial(t, WaveP[order]), b.Multiply(b.Polynomial(t, WaveQ[order]), inverse));
        // sin and cos of ζ + low to the second order; times √2 those of χ are their difference and sum. Far out, where low is no small angle, it is as good as unknown.
        low = b.Select(b.LessThan(b.Absolute(low), b.Float64(1e-3)), low, b.Float64(0));
        var (sine, cosine) = (Trigonometric.Sin(b, zeta), Trigonometric.Cos(b, zeta));
        var half = b.Multiply(b.Multiply(low, low), b.Float64(-0.5));
        var (sin, cos) = (b.Add(sine, b.FusedMultiplyAdd(low, cosine, b.Multiply(half, sine))), b.Add(cosine, b.FusedMultiplyAdd(b.Negate(low), sine, b.Multiply(half, cosine))));
        var (first, second) = order == 0 ? (p, q) : (q, p);
        var wave = b.FusedMultiplyAdd(b.Add(first, second), sin, b.Multiply(b.Subtract(first, second), cos));
        var result = Scaled(b, b.Multiply(wave, b.Float64(1 / Math.Sqrt(2 * Math.PI))), root, order);
        var end = order == 0 ? b.Float64(0) : b.Float64(double.NaN);
        return b.Select(b.Equal(x, b.Float64(double.NegativeInfinity)), end, result);
    }

    private static Scalar Scaled(ScalarBuilder b, Scalar x, Scalar root, int order) => b.SquareRoot(root) is var fourth && order == 0 ? b.Divide(x, fourth) : b.Multiply(x, fourth);

    /// <summary>⅔·x·√x in two parts, and √x.</summary>
    private static (Scalar Zeta, Scalar Low, Scalar Root) Zeta(ScalarBuilder b, Scalar x)
    {
        var root = b.SquareRoot(x);
        var rootLow = b.Divide(b.FusedMultiplyAdd(b.Negate(root), root, x), b.Add(root, root));
        var product = b.Multiply(x, root);
        var lost = b.FusedMultiplyAdd(x, rootLow, b.FusedMultiplyAdd(x, root, b.Negate(product)));
        var zeta = b.Multiply(product, b.Float64(2 / 3.0));
        // ⅔ less its rounding.
        var low = b.FusedMultiplyAdd(product, b.Float64(3.700743415417188e-17), b.FusedMultiplyAdd(product, b.Float64(2 / 3.0), b.Negate(zeta)));
        return (zeta, b.FusedMultiplyAdd(lost, b.Float64(2 / 3.0), low), root);
    }
}
