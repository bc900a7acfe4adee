using GraphGrad.Tests.OpTable;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Functions;

/// <summary>Second derivatives of elementwise functions where a formula for them would cancel, or multiply 0 by ∞.</summary>
public sealed class ElementSecondDerivativeTests
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

    private static double[] Second(Func<Value, Value> function, TensorData x, Backend backend)
    {
        var result = FunctionCheck.Gradient(v => Gradient(Sum(function(v[0])), v[0]), [x], backend);
        return [.. Enumerable.Range(0, x.Count).Select(result.At)];
    }
}
