namespace GraphGrad.Tests.Rewriting;

/// <summary>Which rules keep less than all digits, and why.</summary>
internal static class RuleLimits
{
    /// <summary>Rules that cure nothing at the points tried: most bring an expression into the form of another rule.</summary>
    public static readonly Dictionary<string, string> Helpers = new()
    {
        ["x * log(x) => where(x == 0, 0, x * log(x))"] = "at x = 0 alone, where the expression as written has no value to compare with",
        ["exp(-softplus(x)) => sigmoid(-x)"] = "1 - softplus's rounding",
        ["exp(x) * exp(y) => exp(x + y) (equal)"] = "for the logarithm or the root of the product, which overflows itself",
        ["x + where(b, exp * c / s, 0) => where(b, x + exp * c / s, x)"] = UnderMask,
        ["x - where(b, exp * c / s, 0) => where(b, x - exp * c / s, x)"] = UnderMask,
        ["x - where(b, exp * c / s, 0) => where(b, x - exp * c / s, x), operands swapped"] = UnderMask,
        ["log(reshape(sum(x))) => reshape(log(sum(x)))"] = "for log-sums over several axes",
        ["sqrt(reshape(sum(x))) => reshape(sqrt(sum(x)))"] = "for norms over several axes",
        ["sum(concatenate(e, f, …)) => sum(e) + sum(f) + …, exponentials among them"] = "for the logarithm of the sum",
        ["softplus(x) - x * y => where(x > 0, 1 - y, y) * |x| + softplus(-|x|)"] = "where every label is what its logit says, as random numbers are not",
        ["softplus(x) - x * y => where(x > 0, 1 - y, y) * |x| + softplus(-|x|), operands swapped"] = "where every label is what its logit says, as random numbers are not",
        ["sum(softplus(x) - x * y) => sum(where(x > 0, 1 - y, y) * |x| + softplus(-|x|))"] = "where every label is what its logit says, as random numbers are not",
        ["abs(sech(x)) => sech(x)"] = "for log(sech(x)^2)",
        ["sqrt(x * x / c - y) => sqrt((x / d)^2 - y), c = d * d, a power of 2"] = "for its difference from x / d",
    };

    /// <summary>Rules that are right to 1e-5 only with what is computed in float64, in float32.</summary>
    public static readonly Dictionary<string, string> LeftToChains = new()
    {
        ["x - sin(x) => its series near 0"] = BesideTheSeries,
        ["x - sin(x) => its series near 0, operands swapped"] = BesideTheSeries,
        ["1 - (1 - x)^2 => x * (2 - x)"] = Slope,
        ["1 - (1 - x)^2 => x * (2 - x), operands swapped"] = Slope,
        ["(x * exp(y) + z * exp(w)) / (exp(y) + exp(w)) => x * sigmoid(y - w) + z * sigmoid(w - y)"] = "the two terms may cancel",
        ["x ^ z / y ^ z => (x / y) ^ z"] = "the exponent magnifies the quotient's rounding",
        ["erf(x) - erf(y) => erfc(y) - erfc(x) for x, y > 1/2, erfc(-x) - erfc(-y) for x, y < -1/2"] = Neighbours,
        ["erfc(x) - erfc(y) => erfc(-y) - erfc(-x) for x, y < -1/2"] = Neighbours,
        ["erfc(x) * c - erfc(y) * c => (erfc(x) - erfc(y)) * c"] = Neighbours,
        ["sin(x * y) / (y * sin(x)) => sinc(x * y) / sinc(x) near 0"] = "beside the series the terms of the derivative may cancel",
        ["sin(x * y) / sin(x) => y * sinc(x * y) / sinc(x) near 0"] = "beside the series the terms of the derivative may cancel",
        ["x - y * sin(x) => x * (1 - y) + y * (x - sin(x)) near 0"] = AsWritten,
        ["x - y * sin(x) => x * (1 - y) + y * (x - sin(x)) near 0, operands swapped"] = AsWritten,
        ["(sin(x + y) - 2 * sin(x) + sin(x - y)) / y^2 => -sin(x) * (sin(y / 2) / (y / 2))^2"] = "the terms of the derivative may cancel",
        ["(cos(x + y) - 2 * cos(x) + cos(x - y)) / y^2 => -cos(x) * (sin(y / 2) / (y / 2))^2"] = "the terms of the derivative may cancel",
        ["log(sum(e)) => log(sum(exp(log(e)))), e a running sum or a product of matrices"] = "a logarithm beyond 100 has few digits left for its share",
        ["sum(x ^ c) ^ d in float64"] = "the sum is in float64, what is made of it in float32",
    };

    private const string EndOfTail = "half of the least subnormal number is 0; in float64 the slope at 1e-300 is e^690, which magnifies the rounding of its exponent to 1.2e-13";
    private const string AsWritten = "x > 1: the difference is as written";
    private const string Neighbours = "x near y: the tails cancel, too";
    private const string BesideTheSeries = "the derivative 1 - cos(x)";
    private const string Slope = "the derivative 2 - 2 * x near 1";

    /// <summary>Rules whose result is that of inputs which differ by some units of their last place, in float32 too.</summary>
    public static readonly HashSet<string> OfRoundedInputs =
    [
        "x - (m + y) => (x - m) - y, m a shift",
        "(m + y) - x => (m - x) + y, m a shift",
        "mean(x^2) - mean(x)^2 => mean((x - mean(x))^2)",
        "mean(x^2) - mean(x)^2 => mean((x - mean(x))^2), operands swapped",
        "x - (max(x, y) + z) => min(x - y, 0) - z",
        "x - (max(x, y) + z) => min(x - y, 0) - z, operands swapped",
        "x * (1 + y) - x * z => x * (y + (1 - z))",
        "x * (1 + y) - x * z => x * (y + (1 - z)), operands swapped",
        "tan(x) - x => the series of sin(x) - x * cos(x), over cos(x), near 0",
        "tan(x) - x => the series of sin(x) - x * cos(x), over cos(x), near 0, operands swapped",
        "sin(x) - sin(y) => 2 * cos((x + y) / 2) * sin((x - y) / 2)",
        "cos(x) - cos(y) => -2 * sin((x + y) / 2) * sin((x - y) / 2)",
    ];

    /// <summary>Rules that are wrong somewhere, with the reason.</summary>
    public static readonly Dictionary<string, string> Open = new()
    {
        ["erfinv(1 - x) => -ndtri(x / 2) / sqrt(2)"] = EndOfTail,
        ["erfinv(x - 1) => ndtri(x / 2) / sqrt(2)"] = EndOfTail,
        ["exp(x) / sum(exp(x)) => exp(x - m) / sum(exp(x - m))"] = OneTermAlone,
        ["exp(x) * y / sum(exp(x)) => exp(x - m) / sum(exp(x - m)) * y"] = OneTermAlone,
        ["sum(exp(x) * y) / sum(exp(x)) => sum(exp(x - m) * y) / sum(exp(x - m))"] = OneTermAlone,
        ["exp(x) * y / sum(exp(x) * y) => exp(x - m) * y / sum(exp(x - m) * y)"] = OneTermAlone,
        ["y * exp(x) / (u * exp(v) + w) => y * exp(x - m) / (u * exp(v - m) + w * exp(-m)), m = v where it is large"] = OneTermAlone,
        ["sum(exp(x) * y) / (c + sum(exp(x))) => sum(exp(x - m) * y) / (c * exp(-m) + sum(exp(x - m)))"] = "exponents are rounded where they are shifted",
        ["where(b, exp(x), 0) / sum(where(b, exp(x), 0)) => softmax(where(b, x, -inf))"] = OneTermAlone,
        ["y * exp(x) / (u * exp(v) + w * exp(z)) => y * exp(x - m) / (u * exp(v - m) + w * exp(z - m))"] = OneTermAlone,
        ["sum(x * x) - sum(x)^2 / c in float64"] = TooMuch,
        ["sum(x * x) - sum(x)^2 / c in float64, operands swapped"] = TooMuch,
        ["log(x * exp(y) / z) => log(x / z) + y"] = "x / z itself, or a product in it, leaves the range",
        ["x + exp * c / s => (x + c) - c * (s - 1) / s where exp > s - 1"] = NearlyNothing,
        ["x - exp * c / s => (x - c) + c * (s - 1) / s where exp > s - 1"] = NearlyNothing,
        ["x - exp * c / s => (x - c) + c * (s - 1) / s where exp > s - 1, operands swapped"] = NearlyNothing,
        ["1 - (1 - exp(x)) * (1 - exp(y)) => exp(x) + exp(y) * (1 - exp(x)) for x, y < -1"] = Large,
        ["1 - (1 - exp(x)) * (1 - exp(y)) => exp(x) + exp(y) * (1 - exp(x)) for x, y < -1, operands swapped"] = Large,
        ["sqrt(x * x / c - y) => sqrt((x / d)^2 - y), c = d * d, a power of 2"] = "the square itself leaves the range",
        ["log(x * exp(y) + z * exp(w)) => m + log(x * exp(y - m) + z * exp(w - m))"] = "in float64 a share near the least number has the digits of its exponent",
        ["exp(x) / (y * (1 + exp(x))^2) => sech(x / 2)^2 / 4 / y"] = "the square vanishes beside y",
        ["x * log(y) => where(x == 0, 0, x * log(y)), y vanishes with x"] = "a product before the logarithm leaves the range",
        ["sin(x * y) / (y * sin(x)) => sinc(x * y) / sinc(x) near 0"] = "x * y itself leaves the range",
        ["sin(x * y) / sin(x) => y * sinc(x * y) / sinc(x) near 0"] = "x * y itself leaves the range",
        ["acos(sin(x) * sin(y) + cos(x) * cos(y) * cos(z)) => 2 * atan2(h, k), h^2 = (cos(z / 2) * sin((x - y) / 2))^2 + (sin(z / 2) * cos((x + y) / 2))^2"] = "latitudes beyond a turn are rounded where they are added",
        ["c - d * atan(x) => d * atan2(1, x), c = d * π/2"] = Quarter,
        ["d * atan(x) - c => -(d * atan2(1, x)), c = d * π/2"] = Quarter,
        ["d * atan(x) + c => d * atan2(1, -x), c = d * π/2"] = Quarter,
        ["y * sinh(x) - x => x * (y - 1) + y * (sinh(x) - x) near 0"] = "sinh(x) itself leaves the range",
        ["y * sinh(x) - x => x * (y - 1) + y * (sinh(x) - x) near 0, operands swapped"] = "sinh(x) itself leaves the range",
        ["log(x / (exp(x) - 1)) => log(x) - x - log1p(-exp(-x)) for x > 1"] = "near 0 the quotient is 1, and its logarithm has no digit",
        ["log(y / (exp(x) - 1)) => log(y) - x - log1p(-exp(-x)) for x > 1"] = "where the quotient is near 1 its logarithm has the digits of exp(x) - 1",
        ["exp(y) * i1(x) => exp(y + |x|) * (exp(-|x|) * i1(x)) for |x| > 1"] = "exp(y) itself leaves the range beside i1(x) near 0",
        ["sum(exp(x)) * exp(y) => sum(exp(x - m)) * exp(m + y)"] = Neighbour,
        ["exp(x) / (c + sum(exp(y))) => exp(x - m) / (c * exp(-m) + sum(exp(y - m)))"] = Neighbour,
        ["sum(exp(x)) / z * exp(y) => sum(exp(x)) * exp(y) / z"] = Neighbour,
        ["exp(y) / sum(exp(x)) => exp(y - m) / sum(exp(x - m))"] = Neighbour,
        ["cumprod(exp(x)) => exp(cumsum(x))"] = Neighbour,
        ["log(where(b, sigmoid(x) * sigmoid(y) * (1 - exp(z)), w)) => where(b, log(1 - exp(z)) - softplus(-x) - softplus(-y), log(w))"] = "the derivative of a logit is the difference of two terms",
        ["sum(exp(x)) / (z * exp(y)) => sum(exp(x - m)) / z * exp(m - y)"] = Neighbour,
        ["z * exp(y) / sum(exp(x)) => z * (exp(y - m) / sum(exp(x - m)))"] = Neighbour,
        ["log1p(x * y) / y => its series near 0"] = "x * y itself leaves the range",
        ["sum(exp(x) * y) + sum(exp(x) * z) => sum(exp(x) * (y + z))"] = "in float64 exp(x) itself leaves the range beside a large y",
    };

    /// <summary>Rules of which the form as written is right at some zero, infinity, NaN or subnormal number, and the better form is not.</summary>
    public static readonly Dictionary<string, string> AtSpecialValues = new()
    {
        ["cumprod(exp(x)) => exp(cumsum(x))"] = Neighbour,
        ["sum(exp(x)) * exp(y) => sum(exp(x - m)) * exp(m + y)"] = Neighbour,
        ["sum(exp(x)) / z * exp(y) => sum(exp(x)) * exp(y) / z"] = Neighbour,
        ["exp(y) / c / (erfc(x) * d) => exp(y) / erfc(x) / (c * d)"] = "near the end of the range: the quotient without the numbers exceeds it",
        ["log(sum(where(b, exp(x) / exp * y, 0))) => log(sum(where(b, exp(x) * y, 0))) - log(exp)"] = "the only share that counts is subnormal: its derivative is NaN",
        ["x ^ z / y ^ z => (x / y) ^ z"] = "the derivatives by x and y where both powers are 1, or x / y leaves the range; and x = y = NaN to the power 0",
        ["x^z - y^z => y^z * expm1(z * log1p((x - y) / y)) for x near y"] = "the derivatives where x and y are subnormal",
        ["e ^ y => exp(y * log(e)), e an exponential"] = "e is nearly 1, and rounded to 1 as written, of which every power is 1, to infinity and NaN too",
        ["(z * exp(x) - w * exp(y)) / (exp(x) - exp(y)) => z + (z - w) / (exp(x - y) - 1) for x > y"] = "z or w is infinite",
        ["sum(x) - x[i] => the sum of the others"] = LeftOut,
        ["sum(x) - x[i] => the sum of the others, operands swapped"] = LeftOut,
        ["where(b, -(x / y), z) / w => where(b, -(x / w / y), z / w), where w is a factor of x"] = LeftOut,
        ["where(b, x / y, z) / w => where(b, x / w / y, z / w), where w is a factor of x"] = LeftOut,
        ["w / where(b, -(x / y), z) => where(b, -(y / (x / w)), w / z), where w is a factor of x"] = LeftOut,
        ["w / where(b, x / y, z) => where(b, y / (x / w), w / z), where w is a factor of x"] = LeftOut,
        ["x - (max(x, y) + z) => min(x - y, 0) - z"] = OfInputs,
        ["x - (max(x, y) + z) => min(x - y, 0) - z, operands swapped"] = OfInputs,
        ["x * (1 + y) - x * z => x * (y + (1 - z))"] = OfInputs,
        ["x * (1 + y) - x * z => x * (y + (1 - z)), operands swapped"] = OfInputs,
    };

    private const string LeftOut = "what cancels is not looked at: NaN in it does not show";
    private const string OfInputs = "a result that is less than the last place of an input";

    private const string Neighbour = "another element of the result leaves the range, and with it what is summed for the derivative";
    private const string Quarter = "the constant is taken for the fraction of π that it stands for, which no float is";
    private const string Large = "exp(x) > 3.4e38 beside 1 - exp(y) near 0";
    private const string UnderMask = "for the sum without the mask";
    private const string NearlyNothing = "the derivative of a share that is below the least normal number is 0";
    private const string TooMuch = "terms cancel beyond the digits of float64";
    private const string OneTermAlone = "the derivative by a term that has nearly all the weight p is 1 - p, or the difference of y and its mean";
}
