namespace GraphGrad.Tests.OpTable;

/// <summary>Every row's element expression against its reference: what the compiler fuses means what the interpreter does.</summary>
public sealed class ElementTests
{
    // An expression read element by element is slow; what large rows are for is blocking, which it does not have.
    private const int Largest = 3000;

    public static TheoryData<string> All => Rows.Where(_ => true);

    [Theory]
    [MemberData(nameof(All))]
    public void Element_expressions_give_the_reference(string name)
    {
        var built = RowGraph.Of(Rows.Named(name));
        var node = built.Node;
        if (node.Inputs.Sum(i => i.Shape.ElementCount.Value) + built.Result.Shape.ElementCount.Value > Largest) return;
        using var run = new AsWritten([built.Result, node.Output, .. node.Inputs]);
        foreach (var (placeholder, data) in built.Feeds) run.Feed(placeholder, data);
        run.Run();
        var elements = new ConcreteElements(node, [.. node.Inputs.Select(run.Read)], node.Output.Type).All();
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
                Assert.Fail($"{name}: element {i} of {elements.Length} is {actual:R} by the element expression, {wanted:R} by the interpreter");
        }
    }
}
