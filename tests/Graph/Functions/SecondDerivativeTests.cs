using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Gradients of functions at which a formula for it would cancel, or multiply 0 by ∞.</summary>
public sealed class SecondDerivativeTests
{
    [Theory]
    [InlineData(Backend.Compiled, DType.Float32)]
    [InlineData(Backend.Compiled, DType.Float64)]
    [InlineData(Backend.Interpreted, DType.Float64)]
    public void Inverse_functions_at_the_ends_of_their_domains(Backend backend, DType type)
    {
        var ends = ((TensorData)new double[] { -1, 1 }).As(type);
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity], Second(Asin, ends, backend));
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity], Second(Acos, ends, backend));
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity], Second(Atanh, ends, backend));
    }

    [Theory]
    [InlineData(Backend.Compiled, DType.Float32)]
    [InlineData(Backend.Compiled, DType.Float64)]
    [InlineData(Backend.Interpreted, DType.Float64)]
    public void Bessel_functions_of_order_1_near_0(Backend backend, DType type)
    {
        var x = ((TensorData)new double[] { 0, 1e-6, -3e-4, 0.02, -0.3, 0.9 }).As(type);
        // J1'' = -3x/8 + 5x³/96 - 7x⁵/3072 + x⁷/20480 - …, and I1'' with plus signs; terms 2k(2k + 1)/(2^(2k + 1)·k!·(k + 1)!)·x^(2k - 1).
        Near(Second(BesselJ1, x, backend), v => Series(v, -1));
        Near(Second(BesselI1, x, backend), v => Series(v, 1));

        void Near(double[] actual, Func<double, double> expected)
        {
            for (var i = 0; i < actual.Length; i++)
            {
                var wanted = expected(x.At(i));
                Assert.Equal(wanted, actual[i], Math.Abs(wanted) * (type == DType.Float32 ? 1e-6 : 2e-14));
            }
        }

        static double Series(double x, int sign)
        {
            var (sum, coefficient) = (0.0, 0.5);
            for (var k = 1; k < 15; k++)
            {
                coefficient *= sign / (4.0 * k * (k + 1));
                sum += coefficient * 2 * k * ((2 * k) + 1) * Math.Pow(x, (2 * k) - 1);
            }
            return sum;
        }
    }

    [Theory]
    [InlineData(Backend.Compiled)]
    [InlineData(Backend.Interpreted)]
    public void The_slope_of_hard_swish_keeps_its_digits_where_it_changes_sign(Backend backend)
    {
        float[] x = [.. Enumerable.Range(0, 200).Select(i => -2 + (i * 0.00513f))];
        var slopes = FunctionCheck.Gradient(v => HardSwish(v[0]), [x], backend).AsSpan<float>();
        for (var i = 0; i < x.Length; i++)
        {
            // Both terms, x/6 and (x + 3)/6, are below 1/2.
            Assert.Equal(((2.0 * x[i]) + 3) / 6, slopes[i], 3e-8);
        }
    }

    [Fact]
    public void A_choice_between_two_numbers_is_float32()
    {
        var signs = FunctionCheck.Run(v => Where(v[0] > 0, 1, -1), [new float[] { 2, -3, 0 }]);
        Assert.Equal([1f, -1f, -1f], signs.AsSpan<float>());
    }

    [Fact]
    public void Pixels_as_many_as_before_stay()
    {
        var image = FunctionCheck.Numbers(1, 2, 2, 4);
        Assert.Equal(image.AsSpan<double>(), FunctionCheck.Run(v => InterpolateBy(v[0], 1.2, InterpolationMode.Linear), [image]).AsSpan<double>());
    }

    private static double[] Second(Func<Value, Value> function, TensorData x, Backend backend)
    {
        var result = FunctionCheck.Gradient(v => Gradient(Sum(function(v[0])), v[0]), [x], backend);
        return [.. Enumerable.Range(0, x.Count).Select(result.At)];
    }
}
