"""Linear algebra, Fourier transforms and special functions in libtorch: a table for libtorch.py."""
import torch

BUILT_IN = "built-in"


def definite(a):
    return a @ a.mT + 2 * torch.eye(a.shape[-1])


def root(a):
    values, vectors = torch.linalg.eigh(a)
    return vectors * values.sqrt()[..., None, :] @ vectors.mT


def polar(t, form):
    u, _, vt = torch.linalg.svd(t["a"], full_matrices=False)
    return u @ vt


def triangular(upper):
    def run(t, form):
        a = t["a"] + 30 * torch.eye(t["a"].shape[-1])
        return torch.linalg.solve_triangular(a, t["b"], upper=upper)
    return run


def fourier(t, form):
    return torch.view_as_real(torch.fft.fft(torch.view_as_complex(t["x"])))


def workloads(forward, gradient, training):
    """The table, made with the caller's ways to run a function, a function and its gradients, and a training step."""
    def value(function):
        return forward(function, BUILT_IN)

    def gradients(function, *names):
        return gradient(function, list(names), "g", BUILT_IN)

    def solve(t, form):
        return torch.linalg.solve(t["a"], t["b"])

    def cholesky(t, form):
        return torch.linalg.cholesky(definite(t["a"]))

    def orthogonal(t, form):
        return torch.linalg.qr(t["a"])[0]

    def roots(t, form):
        return root(definite(t["a"]))

    def exponential(t, form):
        return torch.linalg.matrix_exp(t["a"])

    return {
        "solve-50": value(solve),
        "solve-500": value(solve),
        "solve-100-grad": gradients(solve, "a", "b"),
        "triangular-300": value(triangular(False)),
        "triangular-vector": value(triangular(True)),
        "inverse-100": value(lambda t, form: torch.linalg.inv(t["a"])),
        "inverse-16": value(lambda t, form: torch.linalg.inv(t["a"] + 8 * torch.eye(16))),
        "determinant-3": value(lambda t, form: torch.linalg.det(t["a"])),
        "determinant-5-grad": gradients(lambda t, form: torch.linalg.det(t["a"]), "a"),
        "determinant-100": value(lambda t, form: torch.linalg.slogdet(t["a"])[1]),
        "cholesky-50": value(cholesky),
        "cholesky-500": value(cholesky),
        "cholesky-100-grad": gradients(cholesky, "a"),
        "least-squares": value(lambda t, form: torch.linalg.lstsq(t["a"], t["b"]).solution),
        **{name: value(orthogonal) for name in ("qr-50", "qr-200", "qr-tall", "qr-6")},
        "qr-100-grad": gradients(orthogonal, "a"),
        **{name: value(roots) for name in ("eigen-8", "eigen-50", "eigen-100", "eigen-200")},
        "eigenvalues-100": value(lambda t, form: torch.linalg.eigvalsh(t["a"] + t["a"].t())),
        **{name: value(polar) for name in ("svd-8", "svd-50", "svd-100", "svd-200", "svd-square", "svd-tall")},
        "singular-values-100": value(lambda t, form: torch.linalg.svdvals(t["a"])),
        "pseudo-inverse": value(lambda t, form: torch.linalg.pinv(t["a"])),
        "exponential-4": value(exponential),
        "exponential-64": value(exponential),
        **{f"fft-{n}": value(fourier) for n in (64, 1024, 1000, 945, 1009, 65536)},
        "fft-planes": value(lambda t, form: torch.view_as_real(torch.fft.fft2(torch.view_as_complex(t["x"])))),
        "rfft-512": value(lambda t, form: torch.view_as_real(torch.fft.rfft(t["x"]))),
        "irfft-512": value(lambda t, form: torch.fft.irfft(torch.view_as_complex(t["x"]))),
        "gammainc": value(lambda t, form: torch.special.gammainc(t["a"].abs() * 10 + 0.1, t["x"].abs() * 20)),
        "gammaincc-half": value(lambda t, form: torch.special.gammaincc(torch.tensor(0.5), t["x"].abs() * 5)),
        "zeta": value(lambda t, form: torch.special.zeta(t["s"].abs() * 5 + 1.5, t["q"].abs() * 10 + 0.1)),
        "bessel-j0": value(lambda t, form: torch.special.bessel_j0(t["x"])),
        "bessel-k1": value(lambda t, form: torch.special.modified_bessel_k1(t["x"].abs() + 0.01)),
        "bessel-i0": value(lambda t, form: torch.special.i0(t["x"])),
        "airy": value(lambda t, form: torch.special.airy_ai(t["x"])),
        "log-gamma": value(lambda t, form: torch.lgamma(t["x"].abs() + 0.01)),
        "digamma": value(lambda t, form: torch.special.digamma(t["x"].abs() + 0.01)),
    }
