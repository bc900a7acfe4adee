using System.Globalization;

namespace GraphGrad;

/// <summary>A factor that the normal form of a <see cref="Dim"/> does not look into, ordered and compared by its text.</summary>
internal abstract record DimAtom
{
    public abstract string Key { get; }

    public abstract long Evaluate(Func<string, long> binding);

    public abstract IEnumerable<string> Symbols { get; }
}

internal sealed record DimSymbol(string Name) : DimAtom
{
    public override string Key => Name;

    public override long Evaluate(Func<string, long> binding) => binding(Name);

    public override IEnumerable<string> Symbols => [Name];
}

/// <summary>Quotient rounded toward negative infinity, where it is not exact for every binding.</summary>
internal sealed record DimFloorDivision(DimPolynomial Numerator, DimPolynomial Denominator) : DimAtom
{
    public override string Key { get; } = $"floor(({Numerator.Key})/({Denominator.Key}))";

    public override long Evaluate(Func<string, long> binding)
    {
        var denominator = Denominator.Evaluate(binding);
        if (denominator == 0) throw new GraphException($"dim '{Key}': the denominator is zero for the shapes of this run.");
        return Dim.FloorDivide(Numerator.Evaluate(binding), denominator);
    }

    public override IEnumerable<string> Symbols => Numerator.Symbols.Concat(Denominator.Symbols);
}

/// <summary>A sum of products of atoms with integer coefficients, in normal form: like terms merged, terms sorted.</summary>
internal sealed class DimPolynomial
{
    private readonly Term[] terms;

    private DimPolynomial(IEnumerable<Term> terms)
        : this([.. terms
            .GroupBy(t => t.Product, StringComparer.Ordinal)
            .Select(g => g.First() with { Coefficient = g.Sum(t => t.Coefficient) })
            .Where(t => t.Coefficient != 0)
            // Constants last, as people write them: batch*2 + 1.
            .OrderBy(t => t.Product.Length == 0).ThenBy(t => t.Product, StringComparer.Ordinal)])
    {
    }

    /// <param name="normal">Terms in normal form.</param>
    private DimPolynomial(Term[] normal)
    {
        terms = normal;
        Key = normal switch
        {
            [] => "0",
            [var only] => only.Text,
            _ => string.Join(" + ", normal.Select(t => t.Text)).Replace("+ -", "- ", StringComparison.Ordinal),
        };
    }

    public string Key { get; }

    public string? BareSymbol =>
        terms is [{ Coefficient: 1, Atoms: [DimSymbol symbol] }] ? symbol.Name : null;

    // Symbols are extents: none is negative, and neither is a quotient of what is not.
    public bool IsNonNegative => Array.TrueForAll(terms, t => t.Coefficient >= 0 && Array.TrueForAll(t.Atoms, a =>
        a is DimSymbol or DimFloorDivision { Numerator.IsNonNegative: true, Denominator.IsNonNegative: true }));

    public IEnumerable<string> Symbols => terms.SelectMany(t => t.Atoms).SelectMany(a => a.Symbols).Distinct();

    public static DimPolynomial Of(long constant) => OfOne(new Term(constant, []));

    public static DimPolynomial Of(DimAtom atom) => OfOne(new Term(1, [atom]));

    public bool TryConstant(out long value)
    {
        value = terms.Length == 0 ? 0 : terms[0].Coefficient;
        return terms.Length == 0 || terms is [{ Atoms.Length: 0 }];
    }

    public long Evaluate(Func<string, long> binding) =>
        terms.Sum(t => t.Atoms.Aggregate(t.Coefficient, (product, atom) => product * atom.Evaluate(binding)));

    public DimPolynomial Add(DimPolynomial other) => new(terms.Concat(other.terms));

    // Extents of tensors are mostly single terms, and compiling multiplies them over and over.
    public DimPolynomial Multiply(DimPolynomial other) =>
        terms is [var left] && other.terms is [var right]
            ? OfOne(Product(left, right))
            : new DimPolynomial(from a in terms from b in other.terms select Product(a, b));

    /// <summary>
    /// Divides terms that the divisor divides outright and keeps one floor for the rest:
    /// floor((p·d + r) / d) = p + floor(r / d).
    /// </summary>
    public DimPolynomial FloorDivide(DimPolynomial divisor)
    {
        if (TryDivide(divisor, out var exact)) return exact;
        if (divisor.terms.Length != 1) return Of(new DimFloorDivision(this, divisor));
        var whole = new List<Term>();
        var rest = new List<Term>();
        foreach (var term in terms)
        {
            if (TryDivide(term, divisor.terms[0], out var quotient)) whole.Add(quotient);
            else rest.Add(term);
        }
        var remainder = new DimPolynomial(rest);
        if (divisor.TryConstant(out var d) && remainder.TryConstant(out var c))
            return new DimPolynomial(whole).Add(Of(Dim.FloorDivide(c, d)));
        // A constant part is reduced so that equal quotients have one form: floor((n + 5)/2) = floor((n + 1)/2) + 2.
        if (divisor.TryConstant(out d) && remainder.terms[^1] is { Atoms.Length: 0 } tail)
        {
            var carried = Dim.FloorDivide(tail.Coefficient, d);
            whole.Add(new Term(carried, []));
            remainder = remainder.Add(Of(-carried * d));
        }
        return new DimPolynomial(whole).Add(Of(new DimFloorDivision(remainder, divisor)));
    }

    public bool TryDivide(DimPolynomial divisor, out DimPolynomial quotient)
    {
        quotient = this;
        if (Key == divisor.Key && terms.Length > 0)
        {
            quotient = Of(1);
            return true;
        }
        if (divisor.terms.Length != 1) return false;
        var result = new List<Term>();
        foreach (var term in terms)
        {
            if (!TryDivide(term, divisor.terms[0], out var part)) return false;
            result.Add(part);
        }
        quotient = new DimPolynomial(result);
        return true;
    }

    private static DimPolynomial OfOne(Term term) => new(term.Coefficient == 0 ? [] : [term]);

    private static Term Product(Term a, Term b)
    {
        if (b.Atoms.Length == 0) return a with { Coefficient = a.Coefficient * b.Coefficient };
        if (a.Atoms.Length == 0) return b with { Coefficient = a.Coefficient * b.Coefficient };
        return new Term(a.Coefficient * b.Coefficient, [.. a.Atoms.Concat(b.Atoms).OrderBy(x => x.Key, StringComparer.Ordinal)]);
    }

    private static bool TryDivide(Term term, Term divisor, out Term quotient)
    {
        quotient = term;
        if (term.Coefficient % divisor.Coefficient != 0) return false;
        var atoms = term.Atoms.ToList();
        foreach (var atom in divisor.Atoms)
        {
            var index = atoms.FindIndex(a => a.Key == atom.Key);
            if (index < 0) return false;
            atoms.RemoveAt(index);
        }
        quotient = new Term(term.Coefficient / divisor.Coefficient, [.. atoms]);
        return true;
    }

    private sealed record Term(long Coefficient, DimAtom[] Atoms)
    {
        public string Product { get; } = Atoms switch { [] => string.Empty, [var only] => only.Key, _ => string.Join("*", Atoms.Select(a => a.Key)) };

        public string Text => Product.Length == 0 ? Coefficient.ToString(CultureInfo.InvariantCulture)
            : Coefficient switch
            {
                1 => Product,
                -1 => "-" + Product,
                _ => Product + "*" + Coefficient.ToString(CultureInfo.InvariantCulture),
            };
    }
}
