namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The short-time Fourier transform: the spectra, by <see cref="Rfft(Value, int, int?, FourierNorm)"/>, of overlapping pieces of signals, each piece times a window.</summary>
    /// <param name="x">[…, time], float32 or float64.</param>
    /// <param name="size">n, the length of a piece.</param>
    /// <param name="hop">How far a piece is from the next; null for a quarter of the length.</param>
    /// <param name="window">Up to n numbers of x's type, for example one of <see cref="WindowFunctions"/>; fewer stand in the middle of zeros. Null for n ones.</param>
    /// <param name="center">Whether pieces are centered at 0, hop, …: then half a piece stands before and behind the signal.</param>
    /// <param name="mode">What stands there; null for zeros.</param>
    /// <param name="norm">What the spectra are divided by.</param>
    /// <param name="oneSided">Whether to leave out the frequencies above one half, whose numbers are the conjugates of those below.</param>
    /// <returns>[…, n/2 + 1, pieces, 2], or [… , n, pieces, 2] of two sides: real and imaginary parts in the last axis.</returns>
    /// <exception cref="GraphException">x is not float or a scalar, a number is not positive, the window does not fit, or the signal is too short.</exception>
    public static Value Stft(
        Value x, int size, int? hop = null, Value? window = null, bool center = true, PadMode? mode = PadMode.Reflect, FourierNorm norm = FourierNorm.Backward, bool oneSided = true)
    {
        RequireFloat("stft", x);
        var step = hop ?? size / 4;
        CheckPieces("stft", x, size, step, window);
        if (x.Rank == 0) throw x.Graph.Error("stft", $"'{x.Name}' {x.Type} is a scalar; a signal needs an axis.");
        using var scope = x.Graph.Scope("stft");
        if (center)
        {
            Dim[] margin = [.. Enumerable.Repeat((Dim)0, x.Rank - 1), size / 2];
            x = mode is { } known ? Pad(x, margin, margin, known) : Pad(x, margin, margin);
        }
        var pieces = Windows(x, [-1], [size], [step]);
        if (window is not null) pieces *= Filled(window, size);
        var spectra = oneSided ? Rfft(pieces, norm: norm) : Fft(Stack([pieces, ZerosLike(pieces)], -1), norm: norm);
        return Transpose(spectra, [.. Enumerable.Range(0, spectra.Rank - 3), spectra.Rank - 2, spectra.Rank - 3, spectra.Rank - 1]);
    }

    /// <summary>The inverse of <see cref="Stft"/>: pieces are added up where they overlap, and divided by the sum of the squares of the windows there, which must not be 0.</summary>
    /// <param name="x">[…, n/2 + 1, pieces, 2], or […, n, pieces, 2] of two sides, float32 or float64, of a known number of pieces.</param>
    /// <param name="size">n, the length of a piece.</param>
    /// <param name="hop">How far a piece is from the next; null for a quarter of the length.</param>
    /// <param name="window">Up to n numbers of x's type; null for n ones.</param>
    /// <param name="center">Whether half a piece is cut off at both ends.</param>
    /// <param name="norm">That of the transform.</param>
    /// <param name="oneSided">Whether x has one side.</param>
    /// <param name="length">How much of the signal to give, from its beginning: behind the last centered piece its other half may go on. Null for what is surely whole.</param>
    /// <returns>[…, time].</returns>
    /// <exception cref="GraphException">x is not float or no spectra of such pieces, a number is not positive, the window does not fit, or the length is beyond the last piece.</exception>
    public static Value Istft(
        Value x, int size, int? hop = null, Value? window = null, bool center = true, FourierNorm norm = FourierNorm.Backward, bool oneSided = true, int? length = null)
    {
        RequirePairs("istft", x);
        var step = hop ?? size / 4;
        CheckPieces("istft", x, size, step, window);
        var frequencies = oneSided ? (size / 2) + 1 : size;
        if (x.Rank < 3 || !x.Shape[^3].Is(frequencies) || !x.Shape[^2].IsConstant)
            throw x.Graph.Error("istft", $"'{x.Name}' {x.Type} does not hold {frequencies} complex numbers for each of a known number of pieces: […, {frequencies}, pieces, 2].");
        using var scope = x.Graph.Scope("istft");
        var spectra = Transpose(x, [.. Enumerable.Range(0, x.Rank - 3), x.Rank - 2, x.Rank - 3, x.Rank - 1]);
        var pieces = oneSided ? Irfft(spectra, length: size, norm: norm) : Ifft(spectra, norm: norm)[AxisIndex.Ellipsis, 0];
        var count = (int)x.Shape[^2].Value;
        var whole = size + (step * (count - 1));
        var weights = window is null ? OnesLike(Slice(Flatten(pieces), 0, 0, size)) : Filled(window, size);
        var sums = Fold(pieces * weights, new Shape([.. pieces.Shape.Dims[..^2], whole]), [-1], [size], [step]);
        var squares = Fold(BroadcastTo(Square(weights), [count, size]), [whole], [0], [size], [step]);
        var margin = center ? size / 2 : 0;
        var given = length ?? whole - (2 * margin);
        if (given < 0 || margin + given > whole) throw x.Graph.Error("istft", $"the pieces of '{x.Name}' {x.Type} hold {whole - margin} places of the signal, not {given}; ask for fewer, or Pad the result.");
        return Slice(sums, -1, margin, given) / Slice(squares, -1, margin, given);
    }

    /// <summary>A window in the middle of so many zeros.</summary>
    private static Value Filled(Value window, int size)
    {
        var missing = size - (int)window.Shape[0].Value;
        return missing == 0 ? window : Pad(window, [missing / 2], [missing - (missing / 2)]);
    }

    private static void CheckPieces(string function, Value x, int size, int step, Value? window)
    {
        if (size < 1 || step < 1) throw x.Graph.Error(function, $"the length {size} of pieces of '{x.Name}' and their distance {step} must be positive.");
        if (window is not null && (window.DType != x.DType || window.Rank != 1 || window.Shape[0] is not { IsConstant: true, Value: > 0 and var count } || count > size))
            throw x.Graph.Error(function, $"the window '{window.Name}' {window.Type} must be {size} numbers, or fewer, of the type of '{x.Name}' {x.Type}.");
    }
}
