namespace GraphGrad.Tests.Types;

public sealed class DimTests
{
    private static readonly Dim N = "n";
    private static readonly Dim M = "m";

    [Fact]
    public void Constants_compute_at_once()
    {
        Dim a = 7, b = 3;
        Assert.Equal(10, (a + b).Value);
        Assert.Equal(4, (a - b).Value);
        Assert.Equal(21, (a * b).Value);
        Assert.Equal(2, (a / b).Value);
        Assert.Equal(-3, ((b - a - 3) / 3).Value);
        Assert.True((a - 6).IsOne);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Expressions_have_one_normal_form(Dim dim, string text) => Assert.Equal(text, dim.ToString());

    public static TheoryData<Dim, string> Texts => new()
    {
        { N, "n" },
        { N * 28, "n*28" },
        { 28 * N, "n*28" },
        { N + N, "n*2" },
        { 1 + N, "n + 1" },
        { N - 1, "n - 1" },
        { 3 - N, "-n + 3" },
        { N - N, "0" },
        { N * M, "m*n" },
        { (N + 1) * (N - 1), "n*n - 1" },
        { (N + M) * 2, "m*2 + n*2" },
        { N * 4 / 2, "n*2" },
        { N * M / M, "n" },
        { (N + 1) / (N + 1), "1" },
        { N / 2, "floor((n)/(2))" },
        { (N + 5) / 2, "floor((n + 1)/(2)) + 2" },
        { (N + 1) / 2 + 2, "floor((n + 1)/(2)) + 2" },
        { (N * 2 + 5) / 2, "n + 2" },
        { (N * M + 1) / N, "floor((1)/(n)) + m" },
        { N / (M + 1), "floor((n)/(m + 1))" },
    };

    [Fact]
    public void Equality_is_that_of_normal_forms()
    {
        Assert.True((N + 1) * 2 == N * 2 + 2);
        Assert.True((N + 5) / 2 == (N + 1) / 2 + 2);
        Assert.True(N != M);
        Assert.True(N != 1);
        Assert.Equal(((N + 1) * 2).GetHashCode(), (N * 2 + 2).GetHashCode());
        Assert.False(N / 2 * 2 == N);
    }

    [Fact]
    public void Window_output_length_is_exact_under_every_binding()
    {
        var length = (N + 2 - 3) / 2 + 1;
        for (var n = 1; n < 20; n++) Assert.Equal((n - 1) / 2 + 1, length.Evaluate(_ => n));
    }

    [Fact]
    public void Symbols_are_listed_once()
    {
        Assert.Equal(["m", "n"], (N * M + N / (M + 2)).Symbols.Order());
        Assert.Equal("n", N.SymbolName);
        Assert.Null((N * 2).SymbolName);
        Assert.Null(((Dim)3).SymbolName);
    }

    [Theory]
    [InlineData(12, 4, true, 3)]
    [InlineData(12, 5, false, 0)]
    [InlineData(12, 0, false, 0)]
    [InlineData(0, 7, true, 0)]
    public void Constants_divide_exactly_or_not(long a, long b, bool exact, long quotient)
    {
        Assert.Equal(exact, Dim.TryDivideExactly(a, b, out var result));
        Assert.Equal(quotient, result.Value);
    }

    [Fact]
    public void Symbolic_dims_divide_exactly_term_by_term()
    {
        Assert.True(Dim.TryDivideExactly(N * M * 6, M * 2, out var quotient));
        Assert.Equal(N * 3, quotient);
        Assert.True(Dim.TryDivideExactly(N * 28 + 56, 28, out quotient));
        Assert.Equal(N + 2, quotient);
        Assert.False(Dim.TryDivideExactly(N * 28 + 1, 28, out _));
        Assert.False(Dim.TryDivideExactly(N, M, out _));
        Assert.False(Dim.TryDivideExactly(N, 0, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_expressions_evaluate_as_written(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (n, m) = (random.Next(1, 50), random.Next(1, 50));
            var (dim, value) = Expression(4);
            Expect.True(value == dim.Evaluate(name => name == "n" ? n : m), $"{dim} at n = {n}, m = {m}");

            (Dim Dim, long Value) Expression(int depth)
            {
                if (depth == 0 || random.Next(5) == 0)
                {
                    var number = random.Next(-6, 7);
                    return random.Next(3) switch { 0 => (N, n), 1 => (M, m), _ => (number, number) };
                }
                var (a, x) = Expression(depth - 1);
                if (random.Next(4) == 0)
                {
                    var divisor = random.Next(1, 6);
                    return random.Next(3) == 0 ? (a / N, Floor(x, n)) : (a / divisor, Floor(x, divisor));
                }
                var (b, y) = Expression(depth - 1);
                return random.Next(3) switch { 0 => (a + b, x + y), 1 => (a - b, x - y), _ => (a * b, x * y) };
            }
        }

        static long Floor(long a, long b) => (long)Math.Floor((decimal)a / b);
    }

    [Fact]
    public void Value_of_a_symbolic_dim_is_refused() =>
        Errors.Throws("dim 'n*2 + 1' is symbolic: its value is known only when a run binds its symbols.", () => (N * 2 + 1).Value);

    [Fact]
    public void Division_by_zero_is_refused()
    {
        Errors.Throws("dim 'n' divided by zero.", () => N / 0);
        Errors.Throws(
            "dim 'floor((n)/(m))': the denominator is zero for the shapes of this run.",
            () => (N / M).Evaluate(name => name == "n" ? 4 : 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("batch*28")]
    [InlineData("28")]
    [InlineData("a b")]
    public void Symbols_are_identifiers(string name) => Errors.Throws(
        $"'{name}' cannot name a dim: a name is a letter or underscore followed by letters, digits and underscores. "
        + "Write products and sums with operators, such as Dim.Symbol(\"batch\") * 28.",
        () => Dim.Symbol(name));
}
