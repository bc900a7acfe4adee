namespace GraphGrad.Tests.Functions;

/// <summary>Fourier's transform against its sum, at lengths that take each of its ways, and there and back.</summary>
public sealed class FourierTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(127)]
    [InlineData(210)]
    [InlineData(257)]
    [InlineData(1031)]
    [InlineData(1024)]
    [InlineData(139 * 149)]
    public void Gives_the_spectrum_of_waves(int n)
    {
        // Two waves, of frequencies 1 and n - 3: only these two results are not 0.
        var signal = new double[n, 2];
        for (var j = 0; j < n; j++)
        {
            var (first, second) = (2 * Math.PI * j / n, -2 * Math.PI * (3L * j % n) / n);
            (signal[j, 0], signal[j, 1]) = (Math.Cos(first) + (2 * Math.Sin(second)), Math.Sin(first) - (2 * Math.Cos(second)));
        }
        var graph = new Graph();
        var x = graph.Placeholder("x", [n, 2], DType.Float64);
        using var session = new Session(graph);
        var y = session.Run(Ops.Fft(x) * (1.0 / n), (x, signal)).AsSpan<double>().ToArray();
        for (var k = 0; k < n; k++)
        {
            Assert.Equal(k == 1 ? 1 : 0, y[2 * k], 1e-13);
            Assert.Equal(k == n - 3 ? -2 : 0, y[(2 * k) + 1], 1e-13);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(131)]
    [InlineData(360)]
    public void The_inverse_gives_back_the_signal(int n)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", ["batch", n]);
        using var session = new Session(graph);
        var signal = new float[3, n];
        var random = new Random(1);
        for (var i = 0; i < 3 * n; i++) signal[i / n, i % n] = (random.NextSingle() * 2) - 1;
        var back = session.Run(Ops.Irfft(Ops.Rfft(x), length: n), (x, signal)).AsSpan<float>().ToArray();
        for (var i = 0; i < 3 * n; i++) Assert.Equal(signal[i / n, i % n], back[i], 2e-6f);
    }

    [Fact]
    public void The_gradient_of_the_energy_is_that_of_the_signal()
    {
        // Parseval: Σ |X|² = n·Σ x².
        var graph = new Graph();
        var x = graph.Placeholder("x", [30, 2], DType.Float64);
        using var session = new Session(graph);
        var signal = new double[30, 2];
        for (var i = 0; i < 60; i++) signal[i / 2, i % 2] = Math.Sin(i * i);
        var gradient = session.Run(Ops.Gradient(Ops.Sum(Ops.Square(Ops.Fft(x))), x), (x, signal)).AsSpan<double>().ToArray();
        for (var i = 0; i < 60; i++) Assert.Equal(60 * signal[i / 2, i % 2], gradient[i], 1e-11);
    }

    [Fact]
    public void A_convolution_is_a_product_of_spectra()
    {
        var graph = new Graph();
        var (x, y) = (graph.Placeholder("x", [7], DType.Float64), graph.Placeholder("y", [7], DType.Float64));
        using var session = new Session(graph);
        var circular = Ops.Irfft(Ops.ComplexMultiply(Ops.Rfft(x), Ops.Rfft(y)), length: 7);
        double[] a = [1, -2, 0.5, 3, 0, 1, 4], b = [2, 0, -1, 0.25, 5, 1, -3];
        var result = session.Run(circular, (x, a), (y, b)).AsSpan<double>().ToArray();
        for (var k = 0; k < 7; k++) Assert.Equal(Enumerable.Range(0, 7).Sum(j => a[j] * b[(k - j + 7) % 7]), result[k], 1e-13);
    }

    [Fact]
    public void What_holds_no_pairs_or_has_an_unknown_length_is_refused()
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [4, 3]);
        Errors.Throws(
            "fft: 'x' float32[4, 3] does not hold complex numbers: its last axis must have the real and the imaginary part. Stack them there. Built at {here}.", () => Ops.Fft(x));
        var open = graph.Placeholder("open", ["n"]);
        Errors.Throws("rfft: axis 0 of 'open' float32[n] has the unknown extent n; give a length. Built at {here}.", () => Ops.Rfft(open));
    }
}
