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

    /// <summary>Every radix, lengths in and above a cache, primes, products of large primes, one signal and several, along the last axis and along one before it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(61)]
    [InlineData(67)]
    [InlineData(143)]
    [InlineData(243)]
    [InlineData(360)]
    [InlineData(1009)]
    [InlineData(2048)]
    [InlineData(3721)]
    [InlineData(16384)]
    public void One_wave_has_one_frequency(int n)
    {
        foreach (var (rows, columns) in n > 4000 ? [(1, 1)] : new[] { (1, 1), (17, 1), (2, 9), (1, 3) })
        {
            var graph = new Graph();
            var x = graph.Placeholder("x", [rows, n, columns, 2]);
            using var session = new Session(graph);
            var signal = new float[rows, n, columns, 2];
            for (var at = 0; at < rows * n * columns; at++)
            {
                var (row, j, column) = (at / columns / n, at / columns % n, at % columns);
                var (sin, cos) = Math.SinCos(2 * Math.PI * ((long)j * (row + (5 * column)) % n) / n);
                (signal[row, j, column, 0], signal[row, j, column, 1]) = ((float)cos, (float)sin);
            }
            var y = session.Run(Ops.Fft(x, 1) * (1f / n), (x, signal)).AsSpan<float>().ToArray();
            for (var at = 0; at < rows * n * columns; at++)
            {
                var (row, k, column) = (at / columns / n, at / columns % n, at % columns);
                Assert.Equal(k == (row + (5 * column)) % n ? 1 : 0, y[2 * at], 2e-6f);
                Assert.Equal(0, y[(2 * at) + 1], 2e-6f);
            }
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1001)]
    [InlineData(1018)]
    public void A_spectrum_of_real_numbers_is_half_of_that_of_complex_ones(int n)
    {
        var graph = new Graph();
        var x = graph.Placeholder("x", [5, n]);
        using var session = new Session(graph);
        var signal = new float[5, n];
        for (var i = 0; i < 5 * n; i++) signal[i / n, i % n] = (float)Math.Sin(i * i * 0.37);
        var whole = Ops.Slice(Ops.Fft(Ops.Stack([x, Ops.ZerosLike(x)], -1)), 1, 0, (n / 2) + 1);
        var results = session.Run([Ops.Rfft(x), whole], (x, signal));
        var (half, first) = (results[0].AsSpan<float>().ToArray(), results[1].AsSpan<float>().ToArray());
        Assert.Equal(first.Length, half.Length);
        for (var i = 0; i < half.Length; i++) Assert.Equal(first[i], half[i], 1e-4f);
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
