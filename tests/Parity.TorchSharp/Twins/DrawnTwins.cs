namespace GraphGrad.Parity.Live.Expressions;

internal static class DrawnTwins
{
    public static readonly Twins All = new()
    {
        ["special.chebyshev_polynomial_t differentiated twice"] = t => Recurrence(t[0], t[0], 5, (x, p, q, _) => (2 * x * p) - q),
        ["special.chebyshev_polynomial_u differentiated twice"] = t => Recurrence(t[0], 2 * t[0], 5, (x, p, q, _) => (2 * x * p) - q),
        ["special.chebyshev_polynomial_v differentiated twice"] = t => Recurrence(t[0], (2 * t[0]) - 1, 4, (x, p, q, _) => (2 * x * p) - q),
        ["special.chebyshev_polynomial_w differentiated twice"] = t => Recurrence(t[0], (2 * t[0]) + 1, 4, (x, p, q, _) => (2 * x * p) - q),
        ["special.hermite_polynomial_h differentiated twice"] = t => Recurrence(t[0], 2 * t[0], 5, (x, p, q, k) => (2 * x * p) - (2 * k * q)),
        ["special.hermite_polynomial_he differentiated twice"] = t => Recurrence(t[0], t[0], 5, (x, p, q, k) => (x * p) - (k * q)),
        ["special.laguerre_polynomial_l differentiated twice"] = t => Recurrence(t[0], 1 - t[0], 5, (x, p, q, k) => ((((2 * k) + 1 - x) * p) - (k * q)) / (k + 1)),
        ["special.legendre_polynomial_p differentiated twice"] = t => Recurrence(t[0], t[0], 5, (x, p, q, k) => ((((2 * k) + 1) * x * p) - (k * q)) / (k + 1)),
        ["grid_sample differentiated twice"] = t => Linear(t[0], t[1], isBounded: false, corners: false),
        ["grid_sample with borders differentiated twice"] = t => Linear(t[0], t[1], isBounded: true, corners: true),
        ["grid_sample cubic differentiated twice"] = t => Cubic(t[0], t[1]),
        ["ctc_loss differentiated twice"] = t => Alignment(t[0].log_softmax(2), t[1], t[2], t[3]),
        ["linalg.vector_norm of other orders"] = t => new[] { "-2.0", "-1.0", "0.5", "1.5", "3.0", "4.0" }.Select(order => Script.Run($"torch.linalg_vector_norm(x, {order}, [1])", ("x", t[0]))).ToArray(),
        ["linalg.matrix_norm differentiated twice"] = t => (One("torch.linalg_matrix_norm(x, 'fro')", t), One("torch.linalg_matrix_norm(x, 1)", t), One("torch.linalg_matrix_norm(x, -float('inf'))", t)),

        ["linalg.svd of lesser rank"] = t => Basis(t[0].matmul(t[1])),
        ["linalg.svd of zeros"] = t => Basis(t[0]),
        ["linalg.lu_factor_ex of lesser rank"] = t => One("torch.linalg_lu_factor_ex(x)[0]", t),
        ["linalg.lu of tall matrices twice"] = t => (One("torch.linalg_lu(x)[1]", t), One("torch.linalg_lu(x)[2]", t)),
        ["cov of one row"] = t => (One("torch.cov(x)", t), One("torch.cov(x, correction=0)", t)),
        ["cov of a number"] = t => One("torch.cov(x, correction=0)", t),
        ["corrcoef of one row"] = t => One("torch.corrcoef(x)", t),
        ["combinations of none"] = t => One("torch.combinations(x, 0)", t),
        ["vander of no powers"] = t => One("torch.vander(x, 0)", t),

        ["sum of int32"] = t => (t[0].sum(), One("torch.sum(x, [1])", t), One("torch.sum(x, [0], True)", t)),
        ["prod of int32"] = t => One("torch.prod(x, 0)", t),
        ["cumsum of int32"] = t => One("torch.cumsum(x, 1)", t),
        ["cumprod of int32"] = t => One("torch.cumprod(x, 0)", t),
        ["add of bools"] = t => t[0] + t[1],
        ["mul of bools"] = t => t[0] * t[1],
        ["cummax of bools"] = t => (One("torch.cummax(x, 1)[0]", t), One("torch.cummax(x, 1)[1]", t)),
        ["cummin of bools"] = t => (One("torch.cummin(x, -1)[0]", t), One("torch.cummin(x, -1)[1]", t)),
        ["scatter_reduce mean of whole numbers"] = t => Script.Run("torch.scatter_reduce(x, 0, i, y, 'mean')", ("x", t[0]), ("i", t[1]), ("y", t[2])),
        ["index_reduce mean of whole numbers"] = t => Script.Run("torch.index_reduce(x, 0, i, y, 'mean', include_self=False)", ("x", t[0]), ("i", t[1]), ("y", t[2])),

        ["linalg.vector_norm of negative order with zeros"] = t => (One("torch.linalg_vector_norm(x, -1)", t), One("torch.linalg_vector_norm(x, -2.5)", t)),
        ["quantile of ties"] = t => (One("torch.quantile(x, 0.3, 0)", t), One("torch.quantile(x, 0.3, 0, interpolation='midpoint')", t)),
        ["logsumexp beside infinity"] = t => (One("torch.logsumexp(x, [1])", t), One("torch.logsumexp(x, [0, 1])", t)),
        ["prod of one infinite number"] = t => (One("torch.prod(x, 1)", t), One("torch.prod(x, 1, True)", t)),
        ["affine_grid of no rows"] = t => One("torch.affine_grid_generator(x, [2, 1, 0, 3], False)", t),
        ["linalg.qr of wide matrices"] = t => (One("torch.linalg_qr(x)[0]", t), One("torch.linalg_qr(x)[1]", t)),

        ["cdist of negative order"] = t => Script.Run("torch.cdist(x, y, -1.0)", ("x", t[0]), ("y", t[1])),
        ["pdist of negative order"] = t => One("torch.pdist(x, -1.0)", t),
        ["linalg.vector_norm of none"] = t => One("torch.linalg_vector_norm(x, float('inf'))", t),
        ["combinations of a negative number"] = t => One("torch.combinations(x, -1)", t),
        ["sub of bools"] = t => t[0] - t[1],
        ["linalg.slogdet of a rectangle"] = t => One("torch.linalg_slogdet(x)[1]", t),
    };

    private static Tensor One(string expression, Tensor[] t) => Script.Run(expression, ("x", t[0]));

    // libtorch has no derivatives of its own polynomials.
    private static Tensor Recurrence(Tensor x, Tensor first, int degree, Func<Tensor, Tensor, Tensor, double, Tensor> next)
    {
        var (before, now) = (ones_like(x), first);
        for (var k = 1; k < degree; k++) (before, now) = (now, next(x, now, before, k));
        return now;
    }

    private static Outputs Basis(Tensor x)
    {
        Tensor Part(int i) => Script.Run($"torch.linalg_svd(x, False)[{i}]", ("x", x));
        var (u, s, vt) = (Part(0), Part(1), Part(2));
        return ((u * s.unsqueeze(-2)).matmul(vt), u.transpose(-1, -2).matmul(u), vt.matmul(vt.transpose(-1, -2)));
    }

    // libtorch has no second derivatives of its own sampling.
    private static Tensor Linear(Tensor image, Tensor grid, bool isBounded, bool corners)
    {
        var (h, w) = (image.shape[2], image.shape[3]);
        var (y, x) = (Place(grid, 1, h, corners), Place(grid, 0, w, corners));
        if (isBounded) (y, x) = (y.clamp(0, h - 1), x.clamp(0, w - 1));
        var (top, left) = (y.detach().floor(), x.detach().floor());
        var (down, right) = (y - top, x - left);
        return (Pixels(image, top, left) * ((1 - down) * (1 - right)).unsqueeze(1)) + (Pixels(image, top, left + 1) * ((1 - down) * right).unsqueeze(1))
            + (Pixels(image, top + 1, left) * (down * (1 - right)).unsqueeze(1)) + (Pixels(image, top + 1, left + 1) * (down * right).unsqueeze(1));
    }

    private static Tensor Cubic(Tensor image, Tensor grid)
    {
        var (y, x) = (Place(grid, 1, image.shape[2], false), Place(grid, 0, image.shape[3], false));
        var (top, left) = (y.detach().floor(), x.detach().floor());
        var sum = zeros_like(Pixels(image, top, left));
        for (var i = -1; i <= 2; i++)
        {
            for (var j = -1; j <= 2; j++) sum += Pixels(image, top + i, left + j) * (Weight(y - top, i) * Weight(x - left, j)).unsqueeze(1);
        }
        return sum;

        // Keys's kernel with a = -3/4 at the distance of a point from a pixel.
        static Tensor Weight(Tensor share, int pixel)
        {
            const double a = -0.75;
            var t = pixel <= 0 ? share - pixel : pixel - share;
            return pixel is 0 or 1 ? ((((a + 2) * t) - (a + 3)) * t * t) + 1 : (((((t - 5) * t) + 8) * t) - 4) * a;
        }
    }

    private static Tensor Place(Tensor grid, int coordinate, long n, bool corners)
    {
        var at = grid.select(3, coordinate) + 1;
        return corners ? at * ((n - 1) / 2.0) : ((at * n) - 1) * 0.5;
    }

    /// <summary>The pixels at places, [batch, channels, …], 0 outside.</summary>
    private static Tensor Pixels(Tensor image, Tensor row, Tensor column)
    {
        var (n, c, h, w) = (image.shape[0], image.shape[1], image.shape[2], image.shape[3]);
        var isInside = (row >= 0).logical_and(row <= h - 1).logical_and(column >= 0).logical_and(column <= w - 1);
        var place = ((row.clamp(0, h - 1) * w) + column.clamp(0, w - 1)).to_type(ScalarType.Int64);
        var read = image.reshape(n, c, h * w).gather(2, place.reshape(n, 1, -1).expand(n, c, -1));
        return read.reshape(n, c, row.shape[1], row.shape[2]) * isInside.unsqueeze(1).to_type(image.dtype);
    }

    // libtorch has no second derivatives of its own. Impossible ways are left out, not added up as 0.
    private static Tensor Alignment(Tensor logs, Tensor labels, Tensor times, Tensor counts)
    {
        var all = labels.data<long>().ToArray();
        var (most, examples) = ((int)labels.shape[1], (int)labels.shape[0]);
        var losses = new List<Tensor>();
        for (var b = 0; b < examples; b++)
        {
            var count = (int)counts.data<long>().ToArray()[b];
            long Label(int s) => s % 2 == 0 ? 0 : all[(b * most) + (s / 2)];
            Tensor Log(int time, int s) => logs.select(0, time).select(0, b).select(0, Label(s));
            var ways = new Tensor?[(2 * count) + 1];
            (ways[0], ways[1]) = (Log(0, 0), Log(0, 1));
            for (var time = 1; time < times.data<long>().ToArray()[b]; time++)
            {
                var next = new Tensor?[ways.Length];
                for (var s = 0; s < ways.Length; s++)
                {
                    var from = new[] { ways[s], s > 0 ? ways[s - 1] : null, s > 1 && s % 2 == 1 && Label(s) != Label(s - 2) ? ways[s - 2] : null }.OfType<Tensor>().ToArray();
                    if (from.Length > 0) next[s] = stack(from, 0).logsumexp(0) + Log(time, s);
                }
                ways = next;
            }
            losses.Add(-stack([ways[^1]!, ways[^2]!], 0).logsumexp(0));
        }
        return stack([.. losses], 0).sum();
    }
}
