using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GraphGrad.Tests.Exact;

namespace GraphGrad.Parity;

/// <summary>How many derivatives of a case are compared.</summary>
internal enum Derivatives
{
    None,
    First,
    Second,
}

/// <summary>What an error is relative to.</summary>
internal enum Measure
{
    /// <summary>The element itself: for elementwise functions.</summary>
    Element,

    /// <summary>The largest element of the tensor: for sums and products, whose terms may cancel.</summary>
    Norm,
}

/// <summary>
/// A row of the table: an expression and its inputs. Its twin in Parity.TorchSharp has the same name, of which the first word is the
/// name of libtorch's function.
/// </summary>
internal sealed partial record Case
{
    /// <param name="name">Unique in the family; begins with libtorch's name of the function unless <see cref="Torch"/> says it.</param>
    /// <param name="build">The expression.</param>
    /// <param name="sets">Sets of inputs; each is a run of its own.</param>
    /// <param name="text">The expression as written.</param>
    public Case(string name, Func<Value[], Results> build, Recipe[][] sets, [CallerArgumentExpression(nameof(build))] string text = "")
    {
        Name = name;
        Build = build;
        Sets = sets;
        Torch = name.Split(' ', ',')[0];
        Ours = FunctionName().Match(text) is { Success: true } match ? match.Value : text[(text.IndexOf("=>", StringComparison.Ordinal) + 2)..].Trim();
    }

    public string Name { get; init; }

    public Func<Value[], Results> Build { get; init; }

    public Recipe[][] Sets { get; init; }

    /// <summary>libtorch's name of the function.</summary>
    public string Torch { get; init; }

    /// <summary>GraphGrad's name of the function, by default the first that the expression calls.</summary>
    public string Ours { get; init; }

    /// <summary>How many derivatives are compared, if there are floats to differentiate by.</summary>
    public Derivatives Derivatives { get; init; } = Derivatives.Second;

    /// <summary>Whether gradients are among the results, so that they need not be taken of them.</summary>
    public bool ReturnsGradients { get; init; }

    public Measure By { get; init; } = Measure.Element;

    /// <summary>
    /// How many roundings follow each other on the way to an element of a sum or product, as by counting its terms and what they are made of: the classical bound of the error is
    /// so many half units of the largest element's last place. 0 where the yardstick's own bounds do.
    /// </summary>
    public int Roundings { get; init; }

    /// <summary>If both refuse the call: part of GraphGrad's message.</summary>
    public string? Refusal { get; private init; }

    /// <summary>Where another truth than libtorch's float64 holds.</summary>
    public Ruling[] Rulings { get; private init; } = [];

    /// <summary>The float types in which the case runs; one run if it has no floats.</summary>
    public DType[] Types => Sets.Any(set => set.Any(r => r.IsFloat)) ? [DType.Float64, DType.Float32] : [DType.Float64];

    /// <summary>A wrong call, which libtorch refuses, and GraphGrad while the graph is built.</summary>
    /// <param name="name">Begins with libtorch's name of the function.</param>
    /// <param name="build">The expression.</param>
    /// <param name="message">Part of GraphGrad's message.</param>
    /// <param name="inputs">One set of inputs.</param>
    public static Case Refuses(string name, Func<Value[], Results> build, string message, params Recipe[] inputs) =>
        new(name, build, [inputs]) { Refusal = message };

    /// <summary>
    /// libtorch's float64 is inaccurate somewhere: at every point at which the exact function (80 digits) and its derivatives exist, they
    /// are the truth. For elementwise functions with one result.
    /// </summary>
    public Case Exactly(string reason, Func<Dual[], Dual> function) =>
        this with { Rulings = [.. Rulings, new Ruling(reason, point => ExactTruth.At(function, point))] };

    /// <summary>libtorch's answer does not hold where <paramref name="truth"/> gives another number; null elsewhere.</summary>
    public Case Instead(string reason, Func<Point, double?> truth) => this with { Rulings = [.. Rulings, new Ruling(reason, truth)] };

    public TensorData[] Inputs(int set, DType type) => [.. Sets[set].Select((recipe, i) => recipe.Make($"{Name}/{set}/{i}", type))];

    public string Describe(int set) => $"{Name} of {string.Join(", ", Sets[set].Select(r => r.ToString()))}";

    public override string ToString() => Name;

    [GeneratedRegex(@"\b[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)?(?=\()")]
    private static partial Regex FunctionName();
}
