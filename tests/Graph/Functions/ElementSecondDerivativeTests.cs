using GraphGrad.Tests.Exact;
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

    // libtorch does not differentiate these, so that no recording says how near they are.
    [Theory]
    [InlineData(Backend.Compiled, DType.Float32)]
    [InlineData(Backend.Compiled, DType.Float64)]
    [InlineData(Backend.Interpreted, DType.Float32)]
    [InlineData(Backend.Interpreted, DType.Float64)]
    public void Bessel_functions_of_the_second_kind(Backend backend, DType type)
    {
        var x = ((TensorData)new double[] { 0.03, 0.4, 1.5, 4, 11, 25, 60 }).As(type);
        var unit = type == DType.Float32 ? 1.2e-7 : 2.3e-16;
        Near(BesselY0, v => (BesselFamily.Of(1, v).Y / v) - BesselFamily.Of(0, v).Y, 2, 100);
        Near(BesselY1, v => (BesselFamily.Of(1, v).Y * ((2 / (v * v)) - 1)) - (BesselFamily.Of(0, v).Y / v), 2, 100);
        Near(BesselK0, v => K(0, v) + (K(1, v) / v), 2, 8);
        Near(BesselK1, v => (K(1, v) * ((2 / (v * v)) + 1)) + (K(0, v) / v), 2, 8);
        // Differences that cancel the more the larger x is.
        Near(ScaledBesselK0, v => ((Scaled(0, v) - Scaled(1, v)) * 2) + (Scaled(1, v) / v), 2, 400);
        Near(ScaledBesselK1, v => ((Scaled(1, v) - Scaled(0, v)) * 2) + (Scaled(1, v) * ((2 / (v * v)) - (2 / v))) + (Scaled(0, v) / v), 2, 400);

        void Near(Func<Value, Value> function, Func<Real, Real> truth, double singles, double doubles)
        {
            var actual = Second(function, x, backend);
            Real.Precision = 400;
            for (var i = 0; i < actual.Length; i++)
            {
                var expected = truth((Real)x.At(i)).ToDouble();
                Assert.Equal(expected, actual[i], Math.Abs(expected) * unit * (type == DType.Float32 ? singles : doubles));
            }
            Real.Precision = 0;
        }

        static Real K(int order, Real v) => BesselFamily.K(order, v, isScaled: false);

        static Real Scaled(int order, Real v) => BesselFamily.K(order, v, isScaled: true);
    }

    private static double[] Second(Func<Value, Value> function, TensorData x, Backend backend)
    {
        var result = FunctionCheck.Gradient(v => Gradient(Sum(function(v[0])), v[0]), [x], backend);
        return [.. Enumerable.Range(0, x.Count).Select(result.At)];
    }
}
