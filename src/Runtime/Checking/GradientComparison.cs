namespace GraphGrad.Checking;

/// <summary>Moves one element after the other, and keeps where gradient and central difference are furthest apart.</summary>
internal sealed class GradientComparison : IDisposable
{
    private readonly ProgramTwin twin;
    private readonly Value loss;
    private readonly GradientCheckOptions options;
    private readonly Dictionary<Value, TensorData> point;
    private readonly double magnitude;
    private Session session;
    private double largestDistance;
    private int compared;
    private int wrong;
    private (double Excess, Value X, string Place, double At, double Gradient, double Difference)? worst;

    public GradientComparison(ProgramTwin twin, Value loss, Dictionary<Value, TensorData> point, GradientCheckOptions options)
    {
        this.twin = twin;
        this.loss = loss;
        this.options = options;
        this.point = point.Where(p => twin.Sources.Contains(p.Key)).ToDictionary(p => p.Key, p => ProgramTwin.Wide(p.Value));
        session = NewSession();
        magnitude = Math.Max(1, Math.Abs(Evaluate(loss).At(0)));
    }

    public void Dispose() => session.Dispose();

    /// <param name="x">The value that the user named.</param>
    /// <param name="place">What stands for it and can be fed.</param>
    /// <param name="gradient">The gradient to check.</param>
    public void Compare(Value x, Value place, Value gradient)
    {
        var gradients = Evaluate(gradient);
        var data = point[place];
        var elements = (double[])data.Elements;
        var step = Math.Max(1, elements.Length / Math.Max(1, options.MaximumElements));
        for (var i = 0; i < elements.Length; i += step)
        {
            var at = elements[i];
            var (above, below) = (at + (options.Step * Math.Max(1, Math.Abs(at))), at - (options.Step * Math.Max(1, Math.Abs(at))));
            // The distance that was really moved, after rounding.
            var difference = (With(above) - With(below)) / (above - below);
            Judge(x, Place(data, i), at, gradients.At(i), difference);

            double With(double number)
            {
                var copy = (double[])elements.Clone();
                copy[i] = number;
                point[place] = new TensorData(copy, data.Extents.ToArray());
                var result = Evaluate(loss).At(0);
                point[place] = data;
                return result;
            }
        }
    }

    /// <summary>The largest distance; an error if it is too large.</summary>
    public double Worst(Value value)
    {
        if (worst is not { Excess: > 1 } found) return largestDistance;
        throw new GraphException(
            $"gradient check: the gradient of '{value.Name}' (built at {value.Node.Origin}) with respect to '{found.X.Name}' (built at {found.X.Node.Origin}) is {found.Gradient:G9} at element {found.Place}, " +
            $"where '{found.X.Name}' is {found.At:G9}; central differences give {found.Difference:G9}. It is the worst of {wrong} wrong elements among {compared}. " +
            "Correct the gradient function; if the value has a kink there, check at another point.");
    }

    private void Judge(Value x, string place, double at, double gradient, double difference)
    {
        compared++;
        // Equal covers infinities; NaN in one alone is as wrong as can be.
        var distance = gradient.Equals(difference) ? 0 : Math.Abs(gradient - difference);
        var allowed = (options.RelativeTolerance * Math.Max(Math.Abs(gradient), Math.Abs(difference))) + (options.AbsoluteTolerance * magnitude);
        var excess = double.IsFinite(distance) ? distance / allowed : double.PositiveInfinity;
        if (excess > 1) wrong++;
        largestDistance = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(largestDistance, distance);
        if (worst is null || excess > worst.Value.Excess) worst = (excess, x, place, at, gradient, difference);
    }

    private static string Place(TensorData data, int element)
    {
        var place = new int[data.Extents.Length];
        for (var axis = place.Length - 1; axis >= 0; axis--) (element, place[axis]) = (element / data.Extents[axis], element % data.Extents[axis]);
        return $"[{string.Join(", ", place)}]";
    }

    // Every run of a session draws other numbers, and every first run of one the same.
    private TensorData Evaluate(Value value)
    {
        if (twin.IsRandom)
        {
            session.Dispose();
            session = NewSession();
        }
        return session.Run(twin[value], [.. point.Select(p => (twin[p.Key], p.Value))]);
    }

    private Session NewSession() => new(twin.Graph, new SessionOptions { Backend = Backend.Interpreted });
}
