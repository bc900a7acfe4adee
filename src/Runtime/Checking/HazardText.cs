using GraphGrad.Operations;
using GraphGrad.Printing;
using GraphGrad.Ranges;
using GraphGrad.Rewriting;

namespace GraphGrad.Checking;

/// <summary>What goes wrong, as reports say it.</summary>
internal static class HazardText
{
    /// <summary>For example <c>log(-0.5) is not a number</c>, <c>1 / 0 is infinite</c>, <c>exp(1000) overflows (float32)</c>.</summary>
    public static string NotFinite(Node node, Sample sample, int element)
    {
        var result = sample[node.Output].Narrow;
        var numbers = node.Inputs.Select(i => sample[i].Narrow).Select(d => d.Count == result.Count ? d.At(element) : d.TryUniform(out var uniform) ? uniform : double.NaN).ToArray();
        var isKnown = node.Op is ElementwiseOp && !numbers.Any(double.IsNaN);
        var text = isKnown ? ExpressionText.Applied(node.Op, Array.ConvertAll(numbers, n => FormattableString.Invariant($"{n:G6}"))) : node.OpName;
        var place = numbers.Select((n, i) => (Value: node.Inputs[i], Number: n)).GroupBy(p => p.Value).ToDictionary(g => g.Key, g => g.First().Number);
        if (double.IsNaN(result.At(element))) return $"{text} is not a number";
        return isKnown && node.Op.MayFail(new RangeContext(node, v => Interval.Of(place[v]))) ? $"{text} is infinite" : $"{text} overflows ({node.Output.DType.Text()})";
    }

    public static string Digits(double narrow, double exact, DType type)
    {
        var error = Math.Abs(narrow - exact) / Math.Abs(exact);
        return error >= FailureText.NoDigit ? $"all digits cancel ({type.Text()})" : $"digits cancel: {FailureText.Digits(error)} ({type.Text()})";
    }

    /// <summary>For example <c>digits are lost little by little: it is off by 3e-2 of its value (float32)</c>.</summary>
    public static string LittleByLittle(double narrow, double exact, DType type) =>
        $"digits are lost little by little: {FailureText.Digits(Math.Abs(narrow - exact) / Math.Abs(exact))} ({type.Text()})";

    /// <summary>For example <c>iteration 3 of 20</c>; empty outside of loops.</summary>
    public static string Place(LoopStep[] way) =>
        string.Join(", there in ", way.Select(step => $"iteration {step.Iteration}{(((LoopOp)step.Loop.Op).Length is { IsConstant: true } length ? $" of {length}" : string.Empty)}"));
}
