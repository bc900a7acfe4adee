using GraphGrad.Operations;

namespace GraphGrad;

public static partial class Ops
{
    /// <summary>The short-time Fourier transform: the spectra, by <see cref="Rfft(Value, int, int?, FourierNorm)"/>, of overlapping pieces of signals, each piece times a window.</summary>
    /// <param name="x">[…, time], float32 or float64.</param>
    /// <param name="size">n, the length of a piece.</param>
    /// <param name="hop">How far a piece is from the next; null for a quarter of the length.</param>
    /// <param name="window">[n] of x's type, for example one of <see cref="Tapers"/>; null for ones.</param>
    /// <param name="center">Whether pieces are centered at 0, hop, …: then half a piece, mirrored, stands before and behind the signal.</param>
    /// <returns>[…, n/2 + 1, pieces, 2]: real and imaginary parts in the last axis.</returns>
    /// <exception cref="GraphException">x is not float or a scalar, a number is not positive, the window does not fit, or the signal is too short.</exception>
    public static Value Stft(Value x, int size, int? hop = null, Value? window = null, bool center = true)
    {
        RequireFloat("stft", x);
        var step = hop ?? size / 4;
        CheckPieces("stft", x, size, step, window);
        if (x.Rank == 0) throw x.Graph.Error("stft", $"'{x.Name}' {x.Type} is a scalar; a signal needs an axis.");
        using var scope = x.Graph.Scope("stft");
        if (center)
        {
            Dim[] margin = [.. Enumerable.Repeat((Dim)0, x.Rank - 1), size / 2];
            x = Pad(x, margin, margin, PadMode.Reflect);
        }
        var pieces = Windows(x, [-1], [size], [step]);
        var spectra = Rfft(window is null ? pieces : pieces * window);
        return Transpose(spectra, [.. Enumerable.Range(0, spectra.Rank - 3), spectra.Rank - 2, spectra.Rank - 3, spectra.Rank - 1]);
    }

    /// <summary>The inverse of <see cref="Stft"/>: pieces are added up where they overlap, and divided by the sum of the squares of the windows there, which must not be 0.</summary>
    /// <param name="x">[…, n/2 + 1, pieces, 2], float32 or float64, of a known number of pieces.</param>
    /// <param name="size">n, the length of a piece.</param>
    /// <param name="hop">How far a piece is from the next; null for a quarter of the length.</param>
    /// <param name="window">[n] of x's type; null for ones.</param>
    /// <param name="center">Whether half a piece is cut off at both ends.</param>
    /// <returns>[…, time].</returns>
    /// <exception cref="GraphException">x is not float or no spectra of such pieces, a number is not positive, or the window does not fit.</exception>
    public static Value Istft(Value x, int size, int? hop = null, Value? window = null, bool center = true)
    {
        RequirePairs("istft", x);
        var step = hop ?? size / 4;
        CheckPieces("istft", x, size, step, window);
        if (x.Rank < 3 || !x.Shape[^3].Is((size / 2) + 1) || !x.Shape[^2].IsConstant)
            throw x.Graph.Error("istft", $"'{x.Name}' {x.Type} does not hold {(size / 2) + 1} complex numbers for each of a known number of pieces: […, {(size / 2) + 1}, pieces, 2].");
        using var scope = x.Graph.Scope("istft");
        var pieces = Irfft(Transpose(x, [.. Enumerable.Range(0, x.Rank - 3), x.Rank - 2, x.Rank - 3, x.Rank - 1]), length: size);
        var count = (int)x.Shape[^2].Value;
        var length = size + (step * (count - 1));
        var weights = window ?? OnesLike(Slice(Flatten(pieces), 0, 0, size));
        var sums = Fold(pieces * weights, new Shape([.. pieces.Shape.Dims[..^2], length]), [-1], [size], [step]);
        var squares = Fold(BroadcastTo(Square(weights), [count, size]), [length], [0], [size], [step]);
        var margin = center ? size / 2 : 0;
        return Slice(sums, -1, margin, length - (2 * margin)) / Slice(squares, -1, margin, length - (2 * margin));
    }

    private static void CheckPieces(string function, Value x, int size, int step, Value? window)
    {
        if (size < 1 || step < 1) throw x.Graph.Error(function, $"the length {size} of pieces of '{x.Name}' and their distance {step} must be positive.");
        if (window is not null && !window.Type.Equals(new TensorType(x.DType, [size])))
            throw x.Graph.Error(function, $"the window '{window.Name}' {window.Type} must be {size} numbers of the type of '{x.Name}' {x.Type}.");
    }
}
