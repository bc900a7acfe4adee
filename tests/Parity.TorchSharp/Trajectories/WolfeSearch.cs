namespace GraphGrad.Parity.Live.Trajectories;

/// <summary>A point on the line of a <see cref="WolfeSearch"/>.</summary>
internal sealed record WolfePoint(double Length, double Loss, double Slope, Tensor Gradient);

/// <summary>PyTorch's line search for the strong Wolfe conditions, step by step as its code.</summary>
internal sealed class WolfeSearch(Func<double, WolfePoint> evaluate, WolfePoint start, double length, double largest, double tolerance)
{
    private const int Most = 25;

    public int Evaluations { get; private set; }

    public WolfePoint Run()
    {
        var point = Evaluate(length);
        var (before, count) = (start, 0);
        WolfePoint[] ends;
        while (true)
        {
            if (count == Most)
            {
                ends = [start, point];
                break;
            }
            if (IsAbove(point) || (count > 1 && point.Loss >= before.Loss))
            {
                ends = [before, point];
                break;
            }
            if (IsFlat(point)) return point;
            if (point.Slope >= 0)
            {
                ends = [before, point];
                break;
            }
            var next = Cubic(before, point, point.Length + (0.01 * (point.Length - before.Length)), point.Length * 10);
            before = point;
            point = Evaluate(next);
            count++;
        }
        return Shrink(ends, count);
    }

    private WolfePoint Shrink(WolfePoint[] ends, int count)
    {
        var low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
        for (var wasNear = false; count < Most && Math.Abs(ends[1].Length - ends[0].Length) * largest >= tolerance; count++)
        {
            var (least, most) = (Math.Min(ends[0].Length, ends[1].Length), Math.Max(ends[0].Length, ends[1].Length));
            var t = Cubic(ends[0], ends[1], least, most);
            var margin = 0.1 * (most - least);
            var isNear = Math.Min(most - t, t - least) < margin;
            var isForced = isNear && (wasNear || t >= most || t <= least);
            if (isForced) t = Math.Abs(t - most) < Math.Abs(t - least) ? most - margin : least + margin;
            wasNear = isNear && !isForced;
            var point = Evaluate(t);
            if (IsAbove(point) || point.Loss >= ends[low].Loss)
            {
                ends[1 - low] = point;
                low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
                continue;
            }
            var isFlat = IsFlat(point);
            if (!isFlat && point.Slope * (ends[1 - low].Length - ends[low].Length) >= 0) ends[1 - low] = ends[low];
            ends[low] = point;
            if (isFlat) break;
        }
        return ends[low];
    }

    private WolfePoint Evaluate(double at)
    {
        Evaluations++;
        return evaluate(at);
    }

    private bool IsAbove(WolfePoint point) => point.Loss > start.Loss + (1e-4 * point.Length * start.Slope);

    private bool IsFlat(WolfePoint point) => Math.Abs(point.Slope) <= -0.9 * start.Slope;

    private static double Cubic(WolfePoint x, WolfePoint y, double least, double most)
    {
        var sum = x.Slope + y.Slope - (3 * (x.Loss - y.Loss) / (x.Length - y.Length));
        var square = (sum * sum) - (x.Slope * y.Slope);
        if (square < 0) return (least + most) / 2;
        var root = Math.Sqrt(square);
        var t = x.Length <= y.Length
            ? y.Length - ((y.Length - x.Length) * ((y.Slope + root - sum) / (y.Slope - x.Slope + (2 * root))))
            : x.Length - ((x.Length - y.Length) * ((x.Slope + root - sum) / (x.Slope - y.Slope + (2 * root))));
        return Math.Min(Math.Max(t, least), most);
    }
}
