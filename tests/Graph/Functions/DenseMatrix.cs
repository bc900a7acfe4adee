using GraphGrad.Tests.OpTable;

namespace GraphGrad.Tests.Functions;

/// <summary>A matrix multiplied in float64 one element at a time: no vector of the machine judges what vectors computed.</summary>
internal sealed class DenseMatrix(int rows, int columns, Func<int, int, double> element)
{
    private readonly double[] elements = [.. Enumerable.Range(0, rows * columns).Select(i => element(i / columns, i % columns))];

    public int Rows => rows;

    public int Columns => columns;

    public DenseMatrix Turned => new(columns, rows, (i, j) => this[j, i]);

    /// <summary>With zeros above the diagonal.</summary>
    public DenseMatrix Lower => new(rows, columns, (i, j) => j > i ? 0 : this[i, j]);

    /// <summary>The only column as a diagonal.</summary>
    public DenseMatrix Diagonal => new(rows, rows, (i, j) => i == j ? this[i, 0] : 0);

    /// <summary>The greatest sum of magnitudes in a row; NaN if an element is.</summary>
    public double Norm => Enumerable.Range(0, rows).Select(i => Enumerable.Range(0, columns).Sum(j => Math.Abs(this[i, j]))).Aggregate(0.0, Math.Max);

    /// <summary>The sum of powers over factorials, of a matrix whose norm is small.</summary>
    public DenseMatrix Exponential
    {
        get
        {
            var (sum, term) = (Unit(rows), Unit(rows));
            for (var k = 1; k <= 30; k++)
            {
                var (before, product, divisor) = (sum, term * this, k);
                term = new(rows, rows, (i, j) => product[i, j] / divisor);
                var added = term;
                sum = new(rows, rows, (i, j) => before[i, j] + added[i, j]);
            }
            return sum;
        }
    }

    public double this[int row, int column] => elements[(row * columns) + column];

    public static DenseMatrix operator -(DenseMatrix x, DenseMatrix y) => new(x.Rows, x.Columns, (i, j) => x[i, j] - y[i, j]);

    public static DenseMatrix operator *(DenseMatrix x, DenseMatrix y) => new(x.Rows, y.Columns, (i, j) =>
    {
        var sum = 0.0;
        for (var k = 0; k < x.Columns; k++) sum += x[i, k] * y[k, j];
        return sum;
    });

    public static DenseMatrix Unit(int n) => new(n, n, (i, j) => i == j ? 1 : 0);

    /// <summary>One matrix of a stack [count, m, n], or one column of vectors [count, n].</summary>
    public static DenseMatrix Of(TensorData data, int at)
    {
        var extents = data.Extents.ToArray();
        var (rows, columns) = (extents[1], extents.Length == 2 ? 1 : extents[2]);
        return new(rows, columns, (i, j) => data.At((((at * rows) + i) * columns) + j));
    }
}
