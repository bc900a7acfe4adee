using GraphGrad.Operations;

namespace GraphGrad.Tests.OpTable;

/// <summary>
/// The element expressions of ops that index against their interpretation: what the compiler fuses means the same, and reads
/// nothing outside its inputs.
/// </summary>
public sealed class ElementTests
{
    // An expression read element by element is slow; what large rows are for is blocking, which it does not have.
    private const int Largest = 3000;

    public static TheoryData<string> All => Rows.Where(row => !row.Op.IsAssignableTo(typeof(ElementwiseOp)) && !row.Op.IsAssignableTo(typeof(RoutineOp)));

    [Theory]
    [MemberData(nameof(All))]
    public void Element_expressions_give_the_reference(string name) => Check(RowGraph.Of(Rows.Named(name)));

    [Theory]
    [MemberData(nameof(All))]
    public void Element_expressions_hold_for_extents_that_the_run_binds(string name)
    {
        RowGraph built;
        try
        {
            built = RowGraph.Symbolic(Rows.Named(name));
        }
        catch (GraphException)
        {
            return;
        }
        if (built.HasSymbols) Check(built);
    }

    private static void Check(RowGraph built)
    {
        var node = built.Node;
        var count = node.Inputs.Append(built.Result).Sum(v => v.Shape.ElementCount.Evaluate(Binding));
        if (count > Largest) return;
        using var run = new AsWritten([built.Result, node.Output, .. node.Inputs]);
        foreach (var (placeholder, data) in built.Feeds) run.Feed(placeholder, data);
        run.Run();
        var elements = new ConcreteElements(node, [.. node.Inputs.Select(run.Read)], node.Output.Type, Binding).All();
        var expected = run.Read(node.Output);
        var type = node.Output.DType;
        Assert.Equal(expected.Count, elements.Length);
        for (var i = 0; i < elements.Length; i++)
        {
            var actual = type switch
            {
                DType.Float32 => BitConverter.Int32BitsToSingle((int)elements[i]),
                DType.Float64 => BitConverter.Int64BitsToDouble(elements[i]),
                _ => elements[i],
            };
            var wanted = expected.At(i);
            var tolerance = type.IsFloat() ? Math.Max(built.Row.Absolute, 1e-5 * Math.Abs(wanted)) : 0;
            if (!actual.Equals(wanted) && !(Math.Abs(actual - wanted) <= tolerance))
                Assert.Fail($"{built.Row.Name}: element {i} of {elements.Length} is {actual:R} by the element expression, {wanted:R} by the interpreter");
        }

        // The symbol of an extent says what it is.
        static long Binding(string symbol) => long.Parse(symbol.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
    }
}
