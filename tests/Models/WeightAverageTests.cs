namespace GraphGrad.Tests.Models;

/// <summary>Averages of variables over training.</summary>
public sealed class WeightAverageTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.75)]
    public void Takes_note_of_the_variables_and_computes_with_the_averages(double? decay)
    {
        var graph = new Graph();
        var (w, b) = (graph.Variable("w", [1.0, 2]), graph.Variable("b", 3f));
        var average = new WeightAverage([w, b], decay);
        var value = Ops.Sum(Ops.Square(w)) + Ops.Cast(b, DType.Float64);
        var (of, update) = (average.Of(value), average.Update());
        Assert.Equal(["w/average", "b/average"], average.Averages.Select(v => v.Name));
        Assert.All(average.Averages, v => Assert.False(v.Trainable));
        using var session = new Session(graph);
        double[] expected = [0, 0, 0];
        for (var note = 0; note < 5; note++)
        {
            double[] now = [1 + note, 2 - (note * note), 3.5 - note];
            session.Write(w, now[..2]);
            session.Write(b, (float)now[2]);
            session.Run(update);
            var share = note == 0 ? 1 : 1 - (decay ?? (note / (note + 1.0)));
            for (var i = 0; i < 3; i++) expected[i] += (now[i] - expected[i]) * share;
            double[] found = [.. session.Read(average.Averages[0]).AsSpan<double>(), session.Read(average.Averages[1]).Item<float>()];
            Assert.Equal(expected, found, (x, y) => Math.Abs(x - y) < 1e-6);
            Assert.Equal((found[0] * found[0]) + (found[1] * found[1]) + found[2], session.Run(of).Item<double>(), 1e-12);
        }
    }

    [Fact]
    public void Refuses_what_cannot_be_averaged()
    {
        var graph = new Graph();
        Errors.Throws("weight average: there is no variable; give at least one. Built at {here}.", () => new WeightAverage([]));
        Errors.Throws("weight average: the decay is 1.5; it must be between 0 and 1. Built at {here}.", () => new WeightAverage([graph.Variable("w", 1f)], 1.5));
        Errors.Throws("weight average: 'n' is int64; it must be float32 or float64. Built at {here}.", () => new WeightAverage([graph.Variable("n", 1L)]));
    }
}
