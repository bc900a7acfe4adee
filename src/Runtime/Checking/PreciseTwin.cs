using GraphGrad.Operations;
using GraphGrad.Rewriting.Precision;
using GraphGrad.Scalars;

namespace GraphGrad.Checking;

/// <summary>
/// What the float64 values of a program should have been: computed in double-double arithmetic from the sources and from what is not written for it, as
/// loops, or is a large product of matrices, whose results are taken as they are.
/// </summary>
internal sealed class PreciseTwin
{
    // As in float32: an error that moving the inputs by half their last places makes too is not the expression's.
    private const double Magnification = 128;
    private const double Rounding = 1.0 / (1L << 53);
    private const int Trials = 3;

    // Of a product of matrices: one element after the other, a million of them take some ten milliseconds at each point.
    private const long MostProducts = 1 << 20;

    private readonly DoubleDoubleProgram program;
    private readonly Dictionary<Value, int> places;
    private readonly Func<Value[], TensorData[], TensorData[]> run;
    private readonly Func<string, long> symbols;

    private PreciseTwin(DoubleDoubleProgram program, Value[] leaves, Value[] values, Func<Value[], TensorData[], TensorData[]> run, Func<string, long> symbols)
    {
        (this.program, Leaves, this.run, this.symbols) = (program, leaves, run, symbols);
        places = values.Select((v, i) => (v, i)).ToDictionary(p => p.v, p => p.i);
    }

    /// <summary>What is taken as it is.</summary>
    public Value[] Leaves { get; }

    /// <summary>The twin of a program; null if no float64 value of it is written for this arithmetic.</summary>
    /// <param name="slice">The nodes, inputs before users.</param>
    /// <param name="run">Computes values of the program from the data of its sources.</param>
    /// <param name="symbols">The values of the symbols in shapes.</param>
    public static PreciseTwin? Of(IReadOnlyList<Node> slice, Func<Value[], TensorData[], TensorData[]> run, Func<string, long> symbols)
    {
        Value[] values = [.. slice.Where(n => n.Outputs is [{ DType: DType.Float64 }] && n.Op is not SourceOp && DoubleDoubleProgram.Knows(n) && ProductsOf(n) <= MostProducts).Select(n => n.Output)];
        if (values.Length == 0) return null;
        var computed = values.ToHashSet();
        Value[] leaves = [.. values.SelectMany(v => v.Node.Inputs).Where(i => !computed.Contains(i)).Distinct()];
        return new PreciseTwin(DoubleDoubleProgram.Of(leaves, values)!, leaves, values, run, symbols);
    }

    public bool Knows(Value value) => places.ContainsKey(value);

    /// <summary>All values at a point, nearest doubles.</summary>
    /// <param name="leaves">The data of the leaves.</param>
    public Func<Value, TensorData> Run(TensorData[] leaves)
    {
        var results = program.RunAll(Numbers(leaves), symbols);
        return value => new TensorData(Array.ConvertAll(results[places[value]], x => x.High), [.. value.Shape.Select(d => (int)d.Evaluate(symbols))]);
    }

    /// <summary>Whether a float64 that was computed at a point errs by much more than the last places of the inputs make of it.</summary>
    public bool Refutes(TensorData result, Value value, TensorData[] point)
    {
        var leaves = run(Leaves, point);
        var wide = Run(leaves)(value);
        if (Badness.WorstDigits(result, wide) is not (var element and >= 0)) return false;
        var (numbers, exact) = (Numbers(leaves), wide.At(element));
        var error = Math.Abs(result.At(element) - exact);
        for (var trial = 1; trial <= Trials; trial++)
        {
            DoubleDouble[][] moved = [.. numbers.Select((x, leaf) => Leaves[leaf].DType.IsFloat() && Leaves[leaf].Node.Op is not ConstantOp ? Moved(x, (trial * 1009) + leaf) : x)];
            if (!(error > Magnification * (Math.Abs(program.RunAll(moved, symbols)[places[value]][element].High - exact) + (Rounding * Math.Abs(exact))))) return false;
        }
        return true;
    }

    // Symbols in shapes stand for a few elements in trials.
    private static long ProductsOf(Node node) => node.Op is DotOp dot
        ? node.Output.Shape.Concat(dot.LeftContract.Select(axis => node.Inputs[0].Shape[axis])).Where(d => d.IsConstant).Aggregate(1L, (count, d) => count * d.Value) : 0;

    private static DoubleDouble[][] Numbers(TensorData[] leaves) =>
        Array.ConvertAll(leaves, data => Enumerable.Range(0, data.Count).Select(i => (DoubleDouble)data.At(i)).ToArray());

    private static DoubleDouble[] Moved(DoubleDouble[] numbers, int seed)
    {
        var random = new Random(seed);
        return Array.ConvertAll(numbers, x => x + (x.High * (random.Next(2) == 0 ? Rounding : -Rounding)));
    }
}
