using System.Linq.Expressions;
using System.Numerics;
using GraphGrad.Compilation.Contraction;

namespace GraphGrad.Tests.Compiler.Contraction;

/// <summary>Products against a plain triple loop in double precision, for any strides, element type and width.</summary>
public sealed class DotKernelTests
{
    public static TheoryData<DType, VectorWidth> Kernels()
    {
        var data = new TheoryData<DType, VectorWidth>();
        foreach (var type in new[] { DType.Float32, DType.Float64, DType.Int32, DType.Int64 })
        {
            foreach (var width in Enum.GetValues<VectorWidth>()) data.Add(type, width);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Random_products_of_any_strides(DType type, VectorWidth width)
    {
        for (var seed = 0; seed < 25; seed++) Check(type, width, DotProblem.Random(new Random(seed)), $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Products_that_take_several_panels(DType type, VectorWidth width)
    {
        Check(type, width, DotProblem.Dense(37, 70, 900), "several blocks of terms");
        Check(type, width, DotProblem.Dense(1, 300, 500), "one row");
        Check(type, width, DotProblem.Dense(300, 1, 500), "one column");
        Check(type, width, DotProblem.Dense(700, 30, 3), "few terms");
        Check(type, width, DotProblem.Dense(8, 8, 1100), "half a vector, several blocks of terms");
        Check(type, width, DotProblem.Dense(1, 101, 1100), "a row that ends within a vector");
        Check(type, width, DotProblem.Dense(20, 20, 1100, transposeA: true), "rows that end within a vector");
        Check(type, width, DotProblem.Dense(701, 70, 400), "rows and columns asked for ahead");
        foreach (var terms in new[] { 20, 37, 150, 1035 })
            Check(type, width, DotProblem.Dense(61, 70, terms) with { Rows = AxisGroup.Rows([61], [5001], [70]) }, $"rows far apart, packed beside the tile above; {terms} terms");
        Check(type, width, DotProblem.Dense(5, 6, 0), "no terms");
        Check(type, width, DotProblem.Dense(500, 33, 70, transposeA: true), "panels packed together");
        Check(type, width, DotProblem.Dense(0, 6, 4), "no rows");
        Check(type, width, DotProblem.Dense(40, 33, 40, transposeA: true, transposeB: true, transposeC: true), "all transposed");
        foreach (var rows in new[] { 3, 4, 5, 9, 17, 25, 33, 97 }) Check(type, width, DotProblem.Dense(rows, 270, 1100, transposeA: true, transposeC: true), $"results turned, several blocks of terms; {rows} rows");
    }

    [Fact]
    public void Three_vectors_that_are_all_columns_are_one_tile()
    {
        const VectorWidth width = VectorWidth.Vector256;
        var kernel = DotKernel.Get(DType.Float32, width);
        for (var columns = (2 * kernel.Lanes) + 1; columns <= 3 * kernel.Lanes; columns++)
        {
            var tile = kernel.Plan(DotProblem.Dense(20, columns, 5000, transposeA: true).Shape).Tile;
            Assert.Equal((false, 3 * kernel.Lanes, OperandAccess.Direct, OperandAccess.Direct), (tile.InnerProducts, tile.Columns, tile.A, tile.B));
            Check(DType.Float32, width, DotProblem.Dense(20, columns, 1100, transposeA: true), $"{columns} columns");
            // Rows of B that begin within, or at, or before the one before: whole vectors reach beyond the last element of several terms.
            foreach (var step in new[] { 0, 1, 2, columns - 1, columns + 1 })
                Check(DType.Float32, width, DotProblem.Dense(9, columns, 230) with { Inner = AxisGroup.Inner([230], [1], [step]) }, $"{columns} columns, rows {step} apart");
        }
        // Both operands along the terms and far away: their copies would take longer than sums across lanes.
        Assert.True(kernel.Plan(DotProblem.Dense(20, 20, 50_000, transposeB: true).Shape).Tile.InnerProducts);
    }

    [Theory]
    [InlineData(VectorWidth.Vector128, true)]
    [InlineData(VectorWidth.Vector256, true)]
    [InlineData(VectorWidth.Vector512, false)]
    public void Packed_columns_that_fill_no_vector_are_stored_where_they_lie(VectorWidth width, bool stores)
    {
        var problem = DotProblem.Dense(500, 37, 40, transposeB: true);
        var plan = DotKernel.Get(DType.Float32, width).Plan(problem.Shape);
        Assert.Equal((OperandAccess.Panels, stores), (plan.Tile.B, plan.StoresInPlace(5)));
        Check(DType.Float32, width, problem, "packed columns that fill no vector");
    }

    [Theory]
    [InlineData(VectorWidth.Vector128, false)]
    [InlineData(VectorWidth.Vector256, false)]
    [InlineData(VectorWidth.Vector512, true)]
    public void Low_tiles_pack_rows_whose_terms_are_in_lines_of_their_own(VectorWidth width, bool readsInPlace)
    {
        var kernel = DotKernel.Get(DType.Float32, width);
        var (apart, together) = (kernel.Plan(DotProblem.Dense(49, 330, 320, transposeA: true).Shape), kernel.Plan(DotProblem.Dense(49, 330, 320).Shape));
        Assert.Equal(OperandAccess.Direct, together.Tile.A);
        Assert.Equal(readsInPlace ? OperandAccess.Direct : OperandAccess.Panels, apart.Tile.A);
        Check(DType.Float32, width, DotProblem.Dense(49, 330, 320, transposeA: true), "rows far apart");
    }

    [Theory]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Columns_packed_before_are_asked_for_panel_by_panel(VectorWidth width)
    {
        foreach (var (rows, columns, terms) in new[] { (49, 330, 320), (50, 161, 1200), (97, 64, 40) })
        {
            using var run = new DotRun<float>(DotKernel.Get(DType.Float32, width), DotProblem.Dense(rows, columns, terms, transposeA: true, transposeB: true, transposeC: true), keeps: true);
            if (run.Plan.KeptBytes == 0) continue;
            Assert.Equal(width != VectorWidth.Vector512, run.Plan.PanelFetchingCode is not null);
            run.ComputeTwice();
            run.AssertCorrect($"{rows}×{columns}×{terms}, {width}");
        }
    }

    [Theory]
    [InlineData(VectorWidth.Vector128, 4)]
    [InlineData(VectorWidth.Vector256, 4)]
    [InlineData(VectorWidth.Vector256, 9)]
    [InlineData(VectorWidth.Vector512, 4)]
    public void Columns_read_where_they_lie_far_away_are_asked_for_panel_by_panel(VectorWidth width, int rows)
    {
        var (near, far) = (DotProblem.Dense(rows, 300, 64), DotProblem.Dense(rows, 2501, 64));
        var kernel = DotKernel.Get(DType.Float32, width);
        Assert.Null(kernel.Plan(near.Shape).PanelFetchingCode);
        Assert.Equal(OperandAccess.Direct, kernel.Plan(far.Shape).Tile.B);
        Assert.Equal(width != VectorWidth.Vector512, kernel.Plan(far.Shape).PanelFetchingCode is not null);
        Check(DType.Float32, width, far, "columns asked for ahead");
    }

    /// <summary>What iterations of a loop read again and again is packed for any number of rows, and nobody has driven it out that it would be asked for.</summary>
    [Theory]
    [InlineData(VectorWidth.Vector128)]
    [InlineData(VectorWidth.Vector256)]
    [InlineData(VectorWidth.Vector512)]
    public void Columns_that_iterations_share_are_packed_for_few_rows_and_not_asked_for(VectorWidth width)
    {
        var kernel = DotKernel.Get(DType.Float32, width);
        foreach (var rows in new[] { 1, 3, 8, 32, 300 })
        {
            var plan = kernel.Plan(DotProblem.Dense(rows, 256, 64).Shape, new(false, true, ByIterations: true));
            Assert.Equal(width != VectorWidth.Vector512, plan is { Tile.B: OperandAccess.Panels, KeptBytes: > 0, PanelFetchingCode: null });
        }
        // More rows pack as they did.
        Assert.Equal(OperandAccess.Direct, kernel.Plan(DotProblem.Dense(513, 256, 64).Shape, new(false, true, ByIterations: true)).Tile.B);
    }

    /// <summary>49 places of an image fill three vectors of sixteen and a lane: as rows they fill eight tiles of six and one row.</summary>
    [Fact]
    public void Results_that_are_turned_by_fours_cost_less_than_columns_that_fill_no_tile()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector256);
        var (few, many) = (DotProblem.Dense(960, 49, 160).Shape, DotProblem.Dense(96, 196, 576).Shape);
        var plan = kernel.Plan(few, new(true, false));
        Assert.True(plan.Exchanged);
        Assert.False(kernel.Plan(many, new(true, false)).Exchanged);
        Assert.True(DotCut.For(plan, 1).Panels.StagedTiles * plan.Tile.Rows >= 49);
    }

    [Theory]
    [InlineData(VectorWidth.Vector256, 276)]
    [InlineData(VectorWidth.Vector512, 972)]
    public void Rows_that_meet_few_columns_stay_in_the_second_level(VectorWidth width, int rows)
    {
        var problem = DotProblem.Dense(1900, 48, 160);
        var panels = DotCut.For(DotKernel.Get(DType.Float32, width).Plan(problem.Shape), 1).Panels;
        Assert.InRange(panels.RowPanel, 1, rows);
        Check(DType.Float32, width, problem, "several blocks of rows");
    }

    [Theory]
    [InlineData(VectorWidth.Vector256, 2 * 6 * 2)]
    [InlineData(VectorWidth.Vector512, 6 * 3)]
    public void Tiles_of_few_terms_ask_for_the_next_panel_of_results(VectorWidth width, int lines)
    {
        var count = new Prefetches();
        count.Visit(new TileEmitter(DType.Float32, width).Emit(6, 2));
        Assert.Equal(lines, count.Number);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_large_matrix_times_a_vector_is_read_row_by_row(DType type, VectorWidth width)
    {
        var problem = DotProblem.Dense(300, 1, 1037);
        Check(type, width, problem, "a matrix beyond the caches");
        var tile = DotKernel.Get(type, width).Plan(problem.Shape).Tile;
        if (tile.InnerProducts) Assert.Equal(1, tile.Rows);
        // A vector beyond the first level is read for two rows at a time.
        var wide = DotProblem.Dense(41, 1, 7001);
        Check(type, width, wide, "a vector beyond the first level");
        tile = DotKernel.Get(type, width).Plan(wide.Shape).Tile;
        if (type == DType.Float32 && width >= VectorWidth.Vector256) Assert.Equal((true, width == VectorWidth.Vector512 ? 1 : 2), (tile.InnerProducts, tile.Rows));
        foreach (var terms in new[] { 0, 1, 7, 15, 16, 63, 64, 65, 130, 255 }) Check(type, width, DotProblem.Dense(1, 1, terms), $"one row of {terms} terms, several vectors of which are summed apart");
        foreach (var terms in new[] { 31, 97 }) Check(type, width, DotProblem.Dense(2, 1, terms), $"two rows of {terms} terms");
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Windows_over_an_image(DType type, VectorWidth width)
    {
        // batch 2, 3 channels, 9×11 pixels, windows of 3×3, 5 filters; channels last, then channels first.
        const int Pixels = 9 * 11;
        Check(type, width, new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([2, 7, 9], [Pixels * 3, 33, 3], [63 * 5, 45, 5]),
            AxisGroup.Columns([5], [1], [1]),
            AxisGroup.Inner([3, 3, 3], [33, 3, 1], [45, 15, 5])), "channels last");
        Check(type, width, new DotProblem(
            AxisGroup.Batch([], [], [], []),
            AxisGroup.Rows([2, 7, 9], [Pixels * 3, 11, 1], [63 * 5, 9, 1]),
            AxisGroup.Columns([5], [27], [63]),
            AxisGroup.Inner([3, 3, 3], [Pixels, 11, 1], [9, 3, 1])), "channels first");
    }

    [Theory]
    [InlineData(200, 300, 400, false)]
    [InlineData(300, 200, 400, true)]
    [InlineData(20, 900, 500, false)]
    [InlineData(101, 1, 7001, false)]
    public void Any_cut_gives_the_same_bits(long rows, long columns, long inner, bool transposed)
    {
        var problem = DotProblem.Dense(rows, columns, inner, transposed, transposed);
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector128);
        using var whole = new DotRun<float>(kernel, problem);
        using var split = new DotRun<float>(kernel, problem);
        whole.Compute();
        whole.AssertCorrect("one piece");
        foreach (var threads in new[] { 2, 3, 5, 16 })
        {
            var cut = DotCut.For(whole.Plan, threads);
            Expect.True(cut.Count > threads / 2, $"{cut.Count} pieces for {threads} threads");
            split.C.Clear();
            split.Compute(cut);
            Expect.True(whole.C.SequenceEqual(split.C), $"{threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Batches_of_small_products(DType type, VectorWidth width)
    {
        var inOneLoop = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var problem = DotProblem.Batched(new Random(seed));
            Check(type, width, problem, $"seed {seed}");
            if (DotKernel.Get(type, width).Plan(problem.Shape).Batches is not null) inOneLoop++;
        }
        Assert.InRange(inOneLoop, 4, 40);
    }

    [Theory]
    [InlineData(4, 4, 4)]
    [InlineData(3, 1, 3)]
    [InlineData(12, 20, 17)]
    public void Any_cut_of_a_batch_of_small_products_gives_the_same_bits(long rows, long columns, long inner)
    {
        var batch = AxisGroup.Batch([3000], [rows * inner], [inner * columns], [rows * columns]);
        var problem = DotProblem.Dense(rows, columns, inner) with { Batch = batch };
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector256);
        using var whole = new DotRun<float>(kernel, problem);
        using var split = new DotRun<float>(kernel, problem);
        whole.Compute();
        whole.AssertCorrect("one piece");
        var cut = DotCut.For(whole.Plan, 2);
        Assert.InRange(cut.Count, 2, 16);
        split.Compute(cut);
        Assert.True(whole.C.SequenceEqual(split.C));
    }

    [Fact]
    public void Batch_elements_are_shared_out_before_they_are_cut()
    {
        var kernel = DotKernel.Get(DType.Float64, VectorWidth.Vector256);
        var problem = DotProblem.Dense(20, 30, 40) with { Batch = AxisGroup.Batch([37], [800], [1200], [600]) };
        using var whole = new DotRun<double>(kernel, problem);
        using var split = new DotRun<double>(kernel, problem);
        whole.Compute();
        whole.AssertCorrect("one piece");
        split.Compute(2);
        Assert.True(whole.C.SequenceEqual(split.C));
        var cut = DotCut.For(whole.Plan, 2);
        Assert.All(Enumerable.Range(0, (int)cut.Count), piece => Assert.Equal((0, 20, 0, 30), (cut.Piece(piece).BeginRow, cut.Piece(piece).EndRow, cut.Piece(piece).BeginColumn, cut.Piece(piece).EndColumn)));
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        var problem = DotProblem.Dense(65, 43, 30);
        using var run = new DotRun<double>(DotKernel.Get(DType.Float64, VectorWidth.Vector256), problem);
        var cut = DotCut.For(run.Plan, 2);
        run.Compute(cut);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) run.Compute(cut);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Large_products_are_split_for_threads_and_small_ones_are_not()
    {
        var kernel = DotKernel.Get(DType.Float32, VectorWidth.Vector512);
        Assert.Equal(1, DotCut.For(kernel.Plan(DotProblem.Dense(16, 16, 16).Shape), 2).Count);
        Assert.InRange(DotCut.For(kernel.Plan(DotProblem.Dense(512, 512, 512).Shape), 2).Count, 2, 8);
    }

    [Fact]
    public void A_product_of_bools_is_a_fault_of_the_compiler() =>
        Assert.Throws<CompilerBugException>(() => DotKernel.Get(DType.Bool, VectorWidth.Scalar));

    private sealed class Prefetches : ExpressionVisitor
    {
        public int Number { get; private set; }

        protected override Expression VisitMethodCall(MethodCallExpression node)
        {
            if (node.Method.DeclaringType == typeof(TilePrefetch)) Number++;
            return base.VisitMethodCall(node);
        }
    }

    private static void Check(DType type, VectorWidth width, DotProblem problem, string name)
    {
        switch (type)
        {
            case DType.Float32: Check<float>(type, width, problem, name); break;
            case DType.Float64: Check<double>(type, width, problem, name); break;
            case DType.Int32: Check<int>(type, width, problem, name); break;
            default: Check<long>(type, width, problem, name); break;
        }
    }

    private static void Check<T>(DType type, VectorWidth width, DotProblem problem, string name)
        where T : unmanaged, INumber<T>
    {
        using var run = new DotRun<T>(DotKernel.Get(type, width), problem);
        run.Compute();
        run.AssertCorrect($"{name}, {type.Text()}, {width}: {problem}");
    }
}
