using System.Numerics;
using GraphGrad.Rewriting.Precision;

namespace GraphGrad.Tests.Rewriting;

/// <summary>Results that agree with disturbed ones, several at a time, are those of which none differs.</summary>
public sealed class DisturbanceTests
{
    private static readonly double[] Numbers = [0, -0.0, 1, 1 + 1e-6, 1 + 1e-4, -1, 1e-60, 2e-60, 1e-40, 2e-40, 1e300, double.MaxValue, -double.MaxValue, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    [Fact]
    public void Several_agree_where_each_is_finite_and_does_not_differ()
    {
        foreach (var result in Numbers)
        {
            foreach (var disturbed in Numbers)
            {
                var agrees = double.IsFinite(result) && !Disturbance.Differs(result, disturbed);
                Assert.Equal(agrees, Disturbance.Agree(new Vector<double>(result), new Vector<double>(disturbed)));
                for (var place = 0; place < Vector<double>.Count; place++)
                    Assert.Equal(agrees, Disturbance.Agree(Vector<double>.One.WithElement(place, result), Vector<double>.One.WithElement(place, disturbed)));
            }
        }
    }
}
