using GraphGrad.Rewriting.Precision;
using static GraphGrad.Ops;

namespace GraphGrad.Tests.Rewriting;

/// <summary>The states of a simulation, all fetched, are tried as if each were the only one, but evaluated once.</summary>
public sealed class ChainProgramsTests
{
    [Fact]
    public void States_are_evaluated_once()
    {
        Assert.InRange(Evaluations(40) / (double)Evaluations(10), 1, 5);

        static long Evaluations(int count)
        {
            var (programs, states) = (new ChainPrograms(), States(count));
            foreach (var state in states) ChainTrial.Fails(state, exact: true, Openness.None, programs);
            return programs.Of(states[^1]).Evaluations;
        }
    }

    [Fact]
    public void Verdicts_are_those_of_each_state_alone()
    {
        var (programs, states) = (new ChainPrograms(), States(12));
        // A beginning comes after the whole, too.
        foreach (var state in states.Concat(states.Reverse()))
        {
            var (alone, shared) = (ChainTrial.Fails(state, exact: true, Openness.None), ChainTrial.Fails(state, exact: true, Openness.None, programs));
            Assert.Equal((alone?.Error, alone?.LosesInFloat64), (shared?.Error, shared?.LosesInFloat64));
            Assert.Equal(alone?.Point, shared?.Point);
        }
    }

    private static ElementChain[] States(int count)
    {
        var graph = new Graph();
        var (angle, speed) = (graph.Placeholder("angle", []), graph.Placeholder("speed", []));
        var (x, states) = (angle, new List<ElementChain>());
        for (var step = 0; step < count; step++)
        {
            x = x - (Sin(x) * 0.1) + (speed * 0.01);
            states.Add(ElementChain.Of(x, exact: true)!);
        }
        return [.. states];
    }
}
