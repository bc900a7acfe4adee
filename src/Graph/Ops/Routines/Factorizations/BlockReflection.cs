namespace GraphGrad.Operations;

/// <summary>
/// Several reflections as one: their product H₁·H₂·… is I - V·U⁻¹·Vᵀ, and U + Uᵀ = Vᵀ·V with 1/β on U's diagonal (Puglisi, "Modification of the Householder method based on the compact WY representation", 1992), so that
/// all work is in products and the substitution of a small triangle.
/// </summary>
/// <param name="v">V, [m, p]: column j are the axis of reflection j, zeros above it.</param>
/// <param name="triangle">-Uᵀ, [p, p], of which what is above the diagonal is not read.</param>
internal readonly unsafe struct BlockReflection(Block<double> v, Block<double> triangle)
{
    /// <summary>How many reflections at most are applied as one: more take longer to be found one after the other.</summary>
    public const int Most = 32;

    /// <summary>Reflections found in panels, as one.</summary>
    /// <param name="v">V.</param>
    /// <param name="squares">The panels' own triangles, one below the other, as wide as panels are.</param>
    /// <param name="memory">For p² numbers.</param>
    public static BlockReflection Join(Block<double> v, Block<double> squares, double* memory)
    {
        var (p, width) = (v.Columns, squares.Columns);
        var last = (p - 1) / width * width;
        var triangle = new Block<double>(memory, p, p, p);
        new Span<double>(memory, p * p).Clear();
        if (last > 0) Elimination.Subtract(v.Part(0, width, v.Rows, p - width).Transposed, v.Part(0, 0, v.Rows, last), triangle.Part(width, 0, p - width, last));
        for (var i = 0; i < p; i++)
        {
            var first = i / width * width;
            new ReadOnlySpan<double>(squares.At(i, 0), Math.Min(width, p - first)).CopyTo(new Span<double>(triangle.At(i, first), p - first));
        }
        return new(v, triangle);
    }

    /// <summary>The product of reflections, of which each begins a row below the one before, and C.</summary>
    /// <param name="axes">The axes, side by side as rows, in whole vectors.</param>
    /// <param name="beta">β of each, 0 where there is none, whose axis must be zeros.</param>
    /// <param name="count">How many.</param>
    /// <param name="first">The row at which the first begins.</param>
    /// <param name="c">[n, m], columns side by side.</param>
    public static void Apply(double* axes, double* beta, int count, int first, Block<double> c)
    {
        var (n, pitch) = (c.Rows, Householder.Pitch(c.Rows));
        using var numbers = new Scratch<double>(Most * (Most + n + c.Columns));
        fixed (double* memory = numbers.Span)
        {
            double* small = memory + (Most * n), shares = small + (Most * Most);
            for (var from = (count - 1) / Most * Most; from >= 0 && count > 0; from -= Most)
            {
                var (p, row) = (Math.Min(Most, count - from), from + first);
                Householder.Transpose(axes + ((nint)from * pitch) + row, pitch, memory, p, p, n - row);
                var v = new Block<double>(memory, n - row, p, p);
                var triangle = new Block<double>(small, p, p, p);
                new Span<double>(small, p * p).Clear();
                Elimination.Subtract(v.Transposed, v, triangle);
                for (var j = 0; j < p; j++) *triangle.At(j, j) = beta[from + j] == 0 ? -1 : -1 / beta[from + j];
                new BlockReflection(v, triangle).Apply(c.Part(row, 0, n - row, c.Columns), shares);
            }
        }
    }

    /// <summary>C becomes the last reflection of … of the first of C.</summary>
    /// <param name="c">[m, n], columns side by side.</param>
    /// <param name="memory">For p·n numbers.</param>
    public void ApplyTransposed(Block<double> c, double* memory)
    {
        if (c.Columns == 0) return;
        var shares = Shares(c, 0, memory);
        Elimination.Forward(triangle, shares, isUnit: false);
        Elimination.Subtract(v, shares, c);
    }

    /// <summary>C becomes the first reflection of … of the last of C.</summary>
    /// <param name="c">[m, n], columns side by side.</param>
    /// <param name="memory">For p·n numbers.</param>
    public void Apply(Block<double> c, double* memory)
    {
        var shares = Shares(c, 0, memory);
        Elimination.Forward(triangle.Transposed.Turned, shares.Upward, isUnit: false);
        Elimination.Subtract(v, shares, c);
    }

    /// <summary>The first columns of the product of these reflections and C, which begins with p columns of the unit matrix that need not be there, and has zeros above in the others.</summary>
    /// <param name="c">[m, n], columns side by side.</param>
    /// <param name="memory">For p·n numbers.</param>
    public void Expand(Block<double> c, double* memory)
    {
        var p = v.Columns;
        for (var i = 0; i < c.Rows; i++)
        {
            new Span<double>(c.At(i, 0), i < p ? c.Columns : p).Clear();
            if (i < p) *c.At(i, i) = 1;
        }
        var shares = Shares(c, p, memory);
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < p; j++) *shares.At(i, j) = -*v.At(j, i);
        }
        Elimination.Forward(triangle.Transposed.Turned, shares.Upward, isUnit: false);
        Elimination.Subtract(v, shares, c);
    }

    /// <summary>-Vᵀ·C from a column on.</summary>
    private Block<double> Shares(Block<double> c, int from, double* memory)
    {
        var shares = new Block<double>(memory, v.Columns, c.Columns, c.Columns);
        new Span<double>(memory, v.Columns * c.Columns).Clear();
        Elimination.Subtract(v.Transposed, c.Part(0, from, c.Rows, c.Columns - from), shares.Part(0, from, v.Columns, c.Columns - from));
        return shares;
    }
}
