namespace GraphGrad.Parity;

/// <summary>Inputs of cases: recipes for one tensor, and ready sets for elementwise functions.</summary>
internal static class Inputs
{
    private static readonly double[] Magnitudes =
    [
        double.PositiveInfinity, 0, float.Epsilon, 1e-40, 1.17549435e-38, 1e-20, 1e-6, 1e-3, 0.1, 0.5, 0.75, 0.999, 1, 1.001, 1.5, 2, 2.5, 3, Math.PI,
        5, 10, 20, 50, 88, 90, 100, 1e3, 1e5, 1e10, 1e30, float.MaxValue,
    ];

    private static readonly double[] FewMagnitudes = [double.PositiveInfinity, 0, 1e-40, 1e-3, 0.5, 1, 2, 2.5, 3, 1e10, float.MaxValue];

    /// <summary>For a function of one number: NaN, infinities, zeros, denormals and magnitudes between in one axis; a scalar; an odd shape; none.</summary>
    public static Recipe[][] Special => [[Values(WithSigns(Magnitudes))], [Normal()], [Normal(3, 1, 5)], [Normal(0, 4)]];

    /// <summary>As <see cref="Special"/>, for functions of positive numbers.</summary>
    public static Recipe[][] Positive => [[Values(WithSigns(Magnitudes))], [Uniform(0.1, 3)], [Uniform(0.1, 3, 3, 1, 5)], [Uniform(0.1, 3, 0, 4)]];

    /// <summary>As <see cref="Special"/>, for functions of numbers between -1 and 1.</summary>
    public static Recipe[][] Unit => [[Values(WithSigns(Magnitudes))], [Uniform(-1, 1)], [Uniform(-1, 1, 3, 1, 5)], [Uniform(-1, 1, 0, 4)]];

    /// <summary>For a function of two numbers: special values, each with each; then broadcast shapes, a scalar, none.</summary>
    public static Recipe[][] Pairs => PairsOf(Normal);

    /// <summary>As <see cref="Pairs"/>, for functions of positive numbers.</summary>
    public static Recipe[][] PositivePairs => PairsOf(extents => Uniform(0.1, 3, extents));

    /// <summary>For a function of two whole numbers.</summary>
    public static Recipe[][] WholePairs => [.. new[] { DType.Int32, DType.Int64 }.SelectMany(type => new Recipe[][]
    {
        [Whole(-9, 10, 3, 1, 5).As(type), Whole(1, 10, 4, 1).As(type)],
        [Whole(-9, 10).As(type), Whole(1, 10, 3).As(type)],
        [Whole(-9, 10, 0, 3).As(type), Whole(1, 10, 1, 3).As(type)],
    })];

    /// <summary>Nearly normal floats.</summary>
    public static Recipe Normal(params int[] extents) => new(null, extents, (draws, _) => draws.Normal());

    /// <summary>Floats in [low, high).</summary>
    public static Recipe Uniform(double low, double high, params int[] extents) => new(null, extents, (draws, _) => low + ((high - low) * draws.Uniform()));

    /// <summary>Whole numbers from low up to high, which is not among them, as int64.</summary>
    public static Recipe Whole(int low, int high, params int[] extents) => new(DType.Int64, extents, (draws, _) => Math.Floor(low + ((high - low) * draws.Uniform())));

    /// <summary>True or false.</summary>
    public static Recipe Bools(params int[] extents) => new(DType.Bool, extents, (draws, _) => draws.Uniform() < 0.5 ? 1 : 0);

    /// <summary>Floats, in one axis; <see cref="Recipe.Shaped"/> gives another shape.</summary>
    public static Recipe Values(params double[] values) => new(null, [values.Length], (_, index) => values[index]);

    /// <summary>Whole numbers, in one axis, as int64.</summary>
    public static Recipe Wholes(params double[] values) => Values(values).As(DType.Int64);

    private static Recipe[][] PairsOf(Func<int[], Recipe> make)
    {
        var few = WithSigns(FewMagnitudes);
        return
        [
            [Values([.. few.SelectMany(x => few.Select(_ => x))]), Values([.. few.SelectMany(_ => few)])],
            [make([3, 1, 5]), make([4, 1])],
            [make([]), make([3])],
            [make([]), make([])],
            [make([0, 3]), make([1, 3])],
        ];
    }

    private static double[] WithSigns(double[] magnitudes) => [double.NaN, .. magnitudes, .. magnitudes.Select(x => -x)];
}
