namespace GraphGrad;

/// <summary>
/// A line search for a point that meets the strong Wolfe conditions: f(t) ≤ f(0) + c1·t·f'(0) and |f'(t)| ≤ c2·|f'(0)|. First steps grow until two of them enclose such a point, then the
/// bracket shrinks; each time a cubic through both ends says where to look (Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6, with PyTorch's safeguards).
/// </summary>
internal static class StrongWolfeSearch
{
    private const double Decrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MostEvaluations = 25;

    /// <summary>The best point found, and how many evaluations that took.</summary>
    /// <param name="evaluate">The point so far along the direction.</param>
    /// <param name="from">Where the search begins.</param>
    /// <param name="length">What to try first.</param>
    /// <param name="largest">The largest magnitude in the direction.</param>
    /// <param name="isWanted">Whether to search at all; otherwise the start is the result.</param>
    /// <param name="changeTolerance">Brackets in which no element moves further are small enough.</param>
    public static (LinePoint Point, Value Evaluations) Along(Func<Value, LinePoint> evaluate, LinePoint from, Value length, Value largest, Value isWanted, double changeTolerance)
    {
        var graph = from.Loss.Graph;
        var no = graph.Constant(false);
        var start = new State(length, graph.Constant(0L), isWanted, no, graph.Constant(true), no, from, from);
        var carries = Ops.While(c => State.Of(c).GoesOn, c => Next(State.Of(c)).Carries, start.Carries, out var evaluations, MostEvaluations + 1);
        var end = State.Of(carries);
        return (end.Low, evaluations);

        State Next(State now)
        {
            var point = evaluate(now.Length);
            var isAbove = point.Loss > from.Loss + (Decrease * now.Length * from.Slope);
            var isFlat = Ops.Abs(point.Slope) <= -Curvature * from.Slope;
            var isLast = now.Count >= MostEvaluations;
            var (grows, shrinks) = (Ops.Not(now.Shrinks), now.Shrinks);

            // Growing: the point before it is the first end.
            var gaveUp = grows & isLast;
            grows &= Ops.Not(isLast);
            var encloses = isAbove | ((now.Count > 1) & (point.Loss >= now.First.Loss));
            var arrived = grows & Ops.Not(encloses) & isFlat;
            var brackets = grows & (encloses | (Ops.Not(isFlat) & (point.Slope >= 0)));
            grows &= Ops.Not(arrived | brackets);

            // Shrinking: the point takes the place of the better end, or, where it is worse, of the other.
            var isRejected = shrinks & (isAbove | (point.Loss >= now.Low.Loss));
            var isAccepted = shrinks & Ops.Not(isRejected);
            var turns = isAccepted & Ops.Not(isFlat) & (point.Slope * (now.High.Length - now.Low.Length) >= 0);
            var replacesFirst = shrinks & Ops.Equal(isAccepted, now.IsFirstLow);
            var replacesSecond = shrinks & Ops.Not(replacesFirst);

            var first = LinePoint.Where(gaveUp, from, LinePoint.Where(arrived | grows | replacesFirst, point, LinePoint.Where(turns & replacesSecond, now.Second, now.First)));
            var second = LinePoint.Where(gaveUp | arrived | brackets | replacesSecond, point, LinePoint.Where(turns & replacesFirst, now.First, now.Second));
            var isFirstLow = Ops.Where(isAccepted, now.IsFirstLow, first.Loss <= second.Loss);
            var willShrink = shrinks | brackets;
            var isDone = gaveUp | arrived | (isAccepted & isFlat)
                | (willShrink & (isLast | (Ops.Abs(second.Length - first.Length) * largest < changeTolerance)));

            var (inside, isNearEnd) = Inside(first, second, now.IsNearEnd);
            var outside = Cubic(now.First, point, now.Length + (0.01 * (now.Length - now.First.Length)), now.Length * 10);
            return new State(Ops.Where(willShrink, inside, outside), now.Count + 1, Ops.Not(isDone), willShrink, isFirstLow, willShrink & isNearEnd, first, second);
        }
    }

    /// <summary>Where to look in a bracket: never twice in turn nearer to an end than a tenth of it.</summary>
    private static (Value Length, Value IsNearEnd) Inside(LinePoint first, LinePoint second, Value wasNearEnd)
    {
        var (least, most) = (Ops.Minimum(first.Length, second.Length), Ops.Maximum(first.Length, second.Length));
        var t = Cubic(first, second, least, most);
        var margin = 0.1 * (most - least);
        var isNear = Ops.Minimum(most - t, t - least) < margin;
        var isForced = isNear & (wasNearEnd | (t >= most) | (t <= least));
        var forced = Ops.Where(Ops.Abs(t - most) < Ops.Abs(t - least), most - margin, least + margin);
        return (Ops.Where(isForced, forced, t), isNear & Ops.Not(isForced));
    }

    /// <summary>Where the cubic through two points, with their slopes, is least, within bounds; their middle where it has no minimum.</summary>
    private static Value Cubic(LinePoint x, LinePoint y, Value least, Value most)
    {
        var sum = x.Slope + y.Slope - (3 * (x.Loss - y.Loss) / (x.Length - y.Length));
        var square = Ops.Square(sum) - (x.Slope * y.Slope);
        var isDefined = square >= 0;
        var root = Ops.Sqrt(Ops.Where(isDefined, square, 0));
        var t = Ops.Where(
            x.Length <= y.Length,
            y.Length - ((y.Length - x.Length) * ((y.Slope + root - sum) / (y.Slope - x.Slope + (2 * root)))),
            x.Length - ((x.Length - y.Length) * ((x.Slope + root - sum) / (x.Slope - y.Slope + (2 * root)))));
        return Ops.Where(isDefined, Ops.Minimum(Ops.Maximum(t, least), most), (least + most) / 2);
    }

    /// <summary>What an evaluation hands to the next; while steps grow, <c>First</c> is the point before and <c>Second</c> means nothing.</summary>
    private sealed record State(Value Length, Value Count, Value GoesOn, Value Shrinks, Value IsFirstLow, Value IsNearEnd, LinePoint First, LinePoint Second)
    {
        public LinePoint Low => LinePoint.Where(IsFirstLow, First, Second);

        public LinePoint High => LinePoint.Where(IsFirstLow, Second, First);

        public Value[] Carries => [Length, Count, GoesOn, Shrinks, IsFirstLow, IsNearEnd, .. First.Values, .. Second.Values];

        public static State Of(Value[] c) => new(c[0], c[1], c[2], c[3], c[4], c[5], LinePoint.Of(c.AsSpan(6, 4)), LinePoint.Of(c.AsSpan(10, 4)));
    }
}
