using static GraphGrad.Ops;

namespace GraphGrad.Bench.SideBySide.Workloads;

/// <summary>Linear algebra, Fourier transforms and special functions. Of vectors whose sign is a choice, functions that do not depend on it.</summary>
internal static class OtherAlgebra
{
    public static IEnumerable<Workload> All =>
    [
        // Systems
        Fed.Forward("solve-50", t => Solve(t[0], t[1]), 0, new("a", [50, 50]), new("b", [50])),
        Fed.Forward("solve-500", t => Solve(t[0], t[1]), 0, new("a", [500, 500]), new("b", [500, 50])),
        Fed.Gradient("solve-100-grad", t => Solve(t[0], t[1]), 0, new("a", [100, 100]), new("b", [100, 5])),
        Fed.Forward("triangular-300", t => TriangularSolve(t[0] + (Identity(t[0].Graph, 300) * 30), t[1]), 0, new("a", [300, 300]), new("b", [300, 300])),
        Fed.Forward("triangular-vector", t => TriangularSolve(t[0] + (Identity(t[0].Graph, 300) * 30), t[1], lower: false), 0, new("a", [300, 300]), new("b", [300, 1])),
        Fed.Forward("inverse-100", t => Inverse(t[0]), 0, new Fed("a", [100, 100])),
        Fed.Forward("inverse-16", t => Inverse(t[0] + (Identity(t[0].Graph, 16) * 8)), 0, new Fed("a", [500, 16, 16])),
        Fed.Forward("determinant-3", t => Determinant(t[0]), 0, new Fed("a", [5000, 3, 3])),
        Fed.Gradient("determinant-5-grad", t => Determinant(t[0]), 0, new Fed("a", [1000, 5, 5])),
        Fed.Forward("determinant-100", t => SignedLogDeterminant(t[0]).LogAbs, 0, new Fed("a", [100, 100])),
        Fed.Forward("cholesky-50", t => Cholesky(Definite(t[0])), 0, new Fed("a", [50, 50])),
        Fed.Forward("cholesky-500", t => Cholesky(Definite(t[0])), 0, new Fed("a", [500, 500])),
        Fed.Gradient("cholesky-100-grad", t => Cholesky(Definite(t[0])), 0, new Fed("a", [100, 100])),
        Fed.Forward("least-squares", t => LeastSquares(t[0], t[1]), 0, new("a", [500, 20]), new("b", [500, 1])),
        // Factors
        Fed.Forward("qr-50", t => Qr(t[0]).Q, 0, new Fed("a", [50, 50])),
        Fed.Forward("qr-200", t => Qr(t[0]).Q, 0, new Fed("a", [200, 200])),
        Fed.Forward("qr-tall", t => Qr(t[0]).Q, 0, new Fed("a", [1000, 32])),
        Fed.Forward("qr-6", t => Qr(t[0]).Q, 0, new Fed("a", [1000, 6, 6])),
        Fed.Gradient("qr-100-grad", t => Qr(t[0]).Q, 0, new Fed("a", [100, 50])),
        Fed.Forward("eigen-8", t => Root(Definite(t[0])), 0, new Fed("a", [200, 8, 8])),
        Fed.Forward("eigen-50", t => Root(Definite(t[0])), 0, new Fed("a", [50, 50])),
        Fed.Forward("eigen-100", t => Root(Definite(t[0])), 0, new Fed("a", [100, 100])),
        Fed.Forward("eigen-200", t => Root(Definite(t[0])), 0, new Fed("a", [200, 200])),
        Fed.Forward("eigenvalues-100", t => SymmetricEigen(t[0] + Transpose(t[0])).Values, 0, new Fed("a", [100, 100])),
        Fed.Forward("svd-8", t => Polar(t[0]), 0, new Fed("a", [200, 8, 8])),
        Fed.Forward("svd-50", t => Polar(t[0]), 0, new Fed("a", [50, 40])),
        Fed.Forward("svd-100", t => Polar(t[0]), 0, new Fed("a", [100, 80])),
        Fed.Forward("svd-200", t => Polar(t[0]), 0, new Fed("a", [200, 150])),
        Fed.Forward("svd-square", t => Polar(t[0]), 0, new Fed("a", [200, 200])),
        Fed.Forward("svd-tall", t => Polar(t[0]), 0, new Fed("a", [1000, 20])),
        Fed.Forward("singular-values-100", t => Svd(t[0]).S, 0, new Fed("a", [100, 80])),
        Fed.Forward("pseudo-inverse", t => PseudoInverse(t[0]), 0, new Fed("a", [100, 30])),
        Fed.Forward("exponential-4", t => MatrixExp(t[0]), 0, new Fed("a", [500, 4, 4])),
        Fed.Forward("exponential-64", t => MatrixExp(t[0]), 0, new Fed("a", [64, 64], 0.1f)),
        // Fourier transforms
        Fed.Forward("fft-64", t => Fft(t[0]), 0, new Fed("x", [1000, 64, 2])),
        Fed.Forward("fft-1024", t => Fft(t[0]), 0, new Fed("x", [100, 1024, 2])),
        Fed.Forward("fft-1000", t => Fft(t[0]), 0, new Fed("x", [100, 1000, 2])),
        Fed.Forward("fft-945", t => Fft(t[0]), 0, new Fed("x", [100, 945, 2])),
        Fed.Forward("fft-1009", t => Fft(t[0]), 0, new Fed("x", [100, 1009, 2])),
        Fed.Forward("fft-65536", t => Fft(t[0]), 0, new Fed("x", [65536, 2])),
        Fed.Forward("fft-planes", t => Fft(Fft(t[0], 2), 1), 0, new Fed("x", [4, 256, 256, 2])),
        Fed.Forward("rfft-512", t => Rfft(t[0]), 0, new Fed("x", [500, 512])),
        Fed.Forward("irfft-512", t => Irfft(t[0]), 0, new Fed("x", [500, 257, 2])),
        // Special functions
        Fed.Forward("gammainc", t => GammaInc((Abs(t[0]) * 10) + 0.1, Abs(t[1]) * 20), 0, new("a", [50000]), new("x", [50000])),
        Fed.Forward("gammaincc-half", t => GammaIncc(0.5, Abs(t[0]) * 5), 0, new Fed("x", [50000])),
        Fed.Forward("zeta", t => Zeta((Abs(t[0]) * 5) + 1.5, (Abs(t[1]) * 10) + 0.1), 0, new("s", [50000]), new("q", [50000])),
        Fed.Forward("bessel-j0", t => BesselJ0(t[0]), 0, new Fed("x", [200000], 20)),
        Fed.Forward("bessel-k1", t => BesselK1(Abs(t[0]) + 0.01), 0, new Fed("x", [200000], 5)),
        Fed.Forward("bessel-i0", t => BesselI0(t[0]), 0, new Fed("x", [200000], 5)),
        Fed.Forward("airy", t => AiryAi(t[0]), 0, new Fed("x", [200000], 5)),
        Fed.Forward("log-gamma", t => LogGamma(Abs(t[0]) + 0.01), 0, new Fed("x", [200000], 10)),
        Fed.Forward("digamma", t => Digamma(Abs(t[0]) + 0.01), 0, new Fed("x", [200000], 10)),
    ];

    private static Value Definite(Value a) => MatMul(a, Transpose(a, [.. Enumerable.Range(0, a.Rank - 2), a.Rank - 1, a.Rank - 2])) + (Identity(a.Graph, a.Shape[^1]) * 2);

    /// <summary>The square root of a definite matrix.</summary>
    private static Value Root(Value a)
    {
        var (values, vectors) = SymmetricEigen(a);
        return MatMul(vectors * Sqrt(ExpandDims(values, -2)), Transpose(vectors, [.. Enumerable.Range(0, a.Rank - 2), a.Rank - 1, a.Rank - 2]));
    }

    /// <summary>The orthogonal factor of a polar decomposition.</summary>
    private static Value Polar(Value a)
    {
        var (u, _, vt) = Svd(a);
        return MatMul(u, vt);
    }
}
