namespace GraphGrad.Scalars;

/// <summary>
/// Values of which there is another form that costs more by itself and less beside others of the same origin: 1 / (1 + e^-x) alone is a quotient, but beside its slope it is made of the
/// exponential of the slope. Which values are computed is known when a kernel is whole; then those of a common origin take these forms.
/// </summary>
internal sealed class SharedForms
{
    private readonly Dictionary<Scalar, (Scalar Origin, Func<Scalar> Form)> forms = [];
    private readonly Dictionary<Scalar, (Scalar Origin, Func<Scalar> Form)> squares = [];

    /// <summary>Offers another form of a value, made of what is computed of its origin.</summary>
    public void Offer(Scalar value, Scalar origin, Func<Scalar> form) => forms[value] = (origin, form);

    /// <summary>Offers another form of a value's square.</summary>
    public void OfferSquare(Scalar value, Scalar origin, Func<Scalar> form) => squares[value] = (origin, form);

    /// <summary>Takes note of a value's square.</summary>
    public Scalar Square(Scalar value, Scalar square)
    {
        if (squares.TryGetValue(value, out var offer)) forms[square] = offer;
        return square;
    }

    /// <summary>The values that take other forms, with these.</summary>
    public Dictionary<Scalar, Scalar> Taken() =>
        forms.GroupBy(f => f.Value.Origin).Where(g => g.Count() > 1).SelectMany(g => g).ToDictionary(f => f.Key, f => f.Value.Form());
}
