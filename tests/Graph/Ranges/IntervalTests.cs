using GraphGrad.Ranges;

namespace GraphGrad.Tests.Ranges;

public sealed class IntervalTests
{
    [Fact]
    public void Arithmetic_holds_what_numbers_of_the_operands_give()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 20_000; trial++)
        {
            var (x, y) = (Draw(random), Draw(random));
            var (a, b) = (Inside(x, random), Inside(y, random));
            AssertHolds(x + y, a + b);
            AssertHolds(x - y, a - b);
            AssertHolds(x * y, a * b);
            if (b != 0) AssertHolds(x / y, a / b);
            AssertHolds(-x, -a);
            AssertHolds(x.Absolute(), Math.Abs(a));
            AssertHolds(x.Union(y), b);
            AssertHolds(x.Rising(Math.Exp), Math.Exp(a));
            AssertHolds(x.Falling(v => -v), -a);
            AssertHolds(x.Times(3), a * 3);
            AssertHolds(x.Times("n"), a * 7);
        }
    }

    [Fact]
    public void A_divisor_that_ends_at_zero_bounds_the_quotient_on_one_side()
    {
        Assert.Equal(new Interval(0.25, double.PositiveInfinity), new Interval(1, 2) / new Interval(0, 4));
        Assert.Equal(new Interval(double.NegativeInfinity, -0.25), new Interval(1, 2) / new Interval(-4, 0));
        Assert.Equal(Interval.All, new Interval(1, 2) / new Interval(-4, 4));
    }

    [Fact]
    public void Without_a_bound_nothing_is_told()
    {
        Assert.False(Interval.All.Holds(0));
        Assert.False(Interval.All.GoesBelow(0));
        Assert.True(new Interval(0, double.PositiveInfinity).Holds(0));
        Assert.False(new Interval(double.NegativeInfinity, 1).GoesBelow(0));
        Assert.True(new Interval(double.NegativeInfinity, 1).GoesAbove(0));
        Assert.Equal(Interval.Of(0), Interval.All * Interval.Of(0));
        Assert.Equal(new Interval(2, 5), new Interval(-1, 9).Within(2, 5));
        Assert.Equal(new Interval(2, 5), new Interval(7, 9).Within(2, 5));
    }

    private static void AssertHolds(Interval interval, double number) =>
        Expect.True(interval.Low <= number && number <= interval.High, $"{number:R} is not in {interval}");

    private static Interval Draw(Random random)
    {
        var (a, b) = (random.Next(-4, 5), random.Next(-4, 5));
        return new Interval(random.Next(6) == 0 ? double.NegativeInfinity : Math.Min(a, b), random.Next(6) == 0 ? double.PositiveInfinity : Math.Max(a, b));
    }

    private static double Inside(Interval interval, Random random)
    {
        var (low, high) = (Math.Max(interval.Low, -20), Math.Min(interval.High, 20));
        return random.Next(3) switch { 0 => low, 1 => high, _ => low + ((high - low) * random.NextDouble()) };
    }
}
