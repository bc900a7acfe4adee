using System.Globalization;

namespace GraphGrad;

/// <summary>
/// One extent of a shape: an integer expression over named symbols, such as <c>batch * 28</c>. Expressions are kept in
/// one normal form (a sum of products, and floor divisions as atoms), so two dims are equal exactly when their normal
/// forms are.
/// </summary>
public readonly struct Dim : IEquatable<Dim>
{
    private readonly long constant;
    private readonly DimPolynomial? symbolic;

    private Dim(long constant) => this.constant = constant;

    internal Dim(DimPolynomial polynomial)
    {
        if (polynomial.TryConstant(out constant)) return;
        symbolic = polynomial;
    }

    /// <summary>True when the extent is known while the graph is built.</summary>
    public bool IsConstant => symbolic is null;

    /// <summary>The extent.</summary>
    /// <exception cref="GraphException">The dim contains symbols.</exception>
    public long Value => symbolic is null
        ? constant
        : throw new GraphException($"dim '{this}' is symbolic: its value is known only when a run binds its symbols.");

    internal DimPolynomial Polynomial => symbolic ?? DimPolynomial.Of(constant);

    /// <summary>A named symbol, bound by the shapes of the feeds of a run.</summary>
    /// <exception cref="GraphException">The name is not a letter or underscore followed by letters, digits and underscores.</exception>
    public static Dim Symbol(string name)
    {
        // Normal forms are compared as text, so a name must not read like an expression.
        if (!IsIdentifier(name))
            throw new GraphException($"'{name}' cannot name a dim: a name is a letter or underscore followed by letters, digits and underscores. Write products and sums with operators, such as Dim.Symbol(\"batch\") * 28.");
        return new Dim(DimPolynomial.Of(new DimSymbol(name)));
    }

    /// <summary>A known extent.</summary>
    public static implicit operator Dim(int value) => new((long)value);

    /// <summary>A known extent.</summary>
    public static implicit operator Dim(long value) => new(value);

    /// <summary>A named symbol.</summary>
    public static implicit operator Dim(string symbol) => Symbol(symbol);

    /// <summary>The sum.</summary>
    public static Dim operator +(Dim a, Dim b) =>
        a.symbolic is null && b.symbolic is null ? new Dim(a.constant + b.constant) : new Dim(a.Polynomial.Add(b.Polynomial));

    /// <summary>The difference.</summary>
    public static Dim operator -(Dim a, Dim b) => a + (b * -1);

    /// <summary>The product.</summary>
    public static Dim operator *(Dim a, Dim b) =>
        a.symbolic is null && b.symbolic is null
            ? new Dim(a.constant * b.constant)
            : new Dim(a.Polynomial.Multiply(b.Polynomial));

    /// <summary>The quotient rounded toward negative infinity; exact where every term is divisible.</summary>
    /// <exception cref="GraphException"><paramref name="b"/> is the constant zero.</exception>
    public static Dim operator /(Dim a, Dim b)
    {
        if (b.symbolic is null && b.constant == 0) throw new GraphException($"dim '{a}' divided by zero.");
        if (a.symbolic is null && b.symbolic is null) return new Dim(FloorDivide(a.constant, b.constant));
        return new Dim(a.Polynomial.FloorDivide(b.Polynomial));
    }

    /// <summary>Equality of normal forms: true only if the extents are equal for every binding.</summary>
    public static bool operator ==(Dim a, Dim b) => a.Equals(b);

    /// <summary>Inequality of normal forms: the extents may still coincide for some binding.</summary>
    public static bool operator !=(Dim a, Dim b) => !a.Equals(b);

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_');

    internal bool IsOne => symbolic is null && constant == 1;

    /// <summary>True if no binding makes it negative; false if that is not evident from the signs of its terms.</summary>
    internal bool IsNonNegative => symbolic?.IsNonNegative ?? constant >= 0;

    internal bool Is(long value) => symbolic is null && constant == value;

    /// <summary>The extent under given values of the symbols.</summary>
    internal long Evaluate(Func<string, long> binding) => symbolic is null ? constant : symbolic.Evaluate(binding);

    /// <summary>The symbol's name if the dim is a bare symbol, else null.</summary>
    internal string? SymbolName => symbolic?.BareSymbol;

    internal IEnumerable<string> Symbols => symbolic is null ? [] : symbolic.Symbols;

    /// <summary>Divides if the quotient is exact for every binding.</summary>
    internal static bool TryDivideExactly(Dim a, Dim b, out Dim quotient)
    {
        quotient = default;
        if (a.symbolic is null && b.symbolic is null)
        {
            if (b.constant == 0 || a.constant % b.constant != 0) return false;
            quotient = a.constant / b.constant;
            return true;
        }
        if (!a.Polynomial.TryDivide(b.Polynomial, out var exact)) return false;
        quotient = new Dim(exact);
        return true;
    }

    internal static long FloorDivide(long a, long b)
    {
        var quotient = a / b;
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    /// <inheritdoc/>
    public bool Equals(Dim other) =>
        symbolic is null || other.symbolic is null
            ? symbolic is null && other.symbolic is null && constant == other.constant
            : symbolic.Key == other.symbolic.Key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dim other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => symbolic is null ? constant.GetHashCode() : symbolic.Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>The expression, for example <c>batch*28 + 1</c>.</summary>
    public override string ToString() =>
        symbolic is null ? constant.ToString(CultureInfo.InvariantCulture) : symbolic.Key;
}
