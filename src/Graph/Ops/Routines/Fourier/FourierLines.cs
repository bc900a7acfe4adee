namespace GraphGrad.Operations;

/// <summary>Transforms of one length, Σ x[j]·e^(-2πi·jk/n) for each k, of signals that lie along rows.</summary>
internal abstract class FourierLines<T>
    where T : unmanaged
{
    /// <summary>Transforms rows.</summary>
    /// <param name="from">The signals.</param>
    /// <param name="fromPitch">How far they are apart.</param>
    /// <param name="to">The spectra; no part of the signals.</param>
    /// <param name="toPitch">How far these are apart.</param>
    /// <param name="rows">How many.</param>
    /// <param name="scale">What the spectra are multiplied by.</param>
    public abstract void Rows(ComplexView<T> from, nint fromPitch, ComplexView<T> to, nint toPitch, int rows, T scale);
}
