namespace GraphGrad;

/// <summary>
/// Learning rates that change with a count, of steps or epochs, from 0: each gives a float64 value of the count's shape, and a scalar may be an
/// optimizer's rate. A count that the graph keeps itself is a variable, such as
/// <c>var epoch = graph.Variable("epoch", 0L, trainable: false)</c>, and <c>AssignAdd(epoch, 1)</c> counts on. The formulas are those of PyTorch's
/// schedulers, whose count is the number of calls of <c>step()</c>.
/// </summary>
public static class Schedules
{
    /// <summary>rate · factorᵏ with k = ⌊count / every⌋: a drop now and then.</summary>
    /// <exception cref="GraphException">The count is no number, or every is not positive.</exception>
    public static Value Step(Value count, double rate, int every, double factor = 0.1)
    {
        Require("Schedules.Step", "every", every, every > 0, "above 0");
        return rate * Ops.Pow(factor, Ops.Floor(Number("Schedules.Step", count) / every));
    }

    /// <summary>rate · factorᵏ where k of the milestones are reached: a drop at each.</summary>
    /// <exception cref="GraphException">The count is no number.</exception>
    public static Value MultiStep(Value count, double rate, IReadOnlyList<int> milestones, double factor = 0.1)
    {
        var t = Number("Schedules.MultiStep", count);
        return milestones.Aggregate(Ops.FullLike(t, rate), (falling, milestone) => Ops.Where(t >= milestone, falling * factor, falling));
    }

    /// <summary>rate · factorᵏ with k = count.</summary>
    /// <exception cref="GraphException">The count is no number.</exception>
    public static Value Exponential(Value count, double rate, double factor) => rate * Ops.Pow(factor, Number("Schedules.Exponential", count));

    /// <summary>rate times a factor that goes from one number to another in a straight line, and stays there: a warm-up, or a decline.</summary>
    /// <param name="count">From 0.</param>
    /// <param name="rate">The rate that the factors are of.</param>
    /// <param name="length">The count at which the line ends.</param>
    /// <param name="from">The factor at count 0.</param>
    /// <param name="to">The factor from the end of the line on.</param>
    /// <exception cref="GraphException">The count is no number, or the length is not positive.</exception>
    public static Value Linear(Value count, double rate, int length, double from = 1.0 / 3, double to = 1) =>
        rate * (from + ((to - from) * Part("Schedules.Linear", count, length)));

    /// <summary>rate · factor before the length is reached, then the rate itself.</summary>
    /// <exception cref="GraphException">The count is no number.</exception>
    public static Value Constant(Value count, double rate, int length, double factor = 1.0 / 3)
    {
        var t = Number("Schedules.Constant", count);
        return Ops.Where(t < length, rate * factor, Ops.FullLike(t, rate));
    }

    /// <summary>rate · (1 - count / length)ᵖ, and 0 from the length on.</summary>
    /// <exception cref="GraphException">The count is no number, or the length is not positive.</exception>
    public static Value Polynomial(Value count, double rate, int length, double power = 1) =>
        rate * Ops.Pow(1 - Part("Schedules.Polynomial", count, length), power);

    /// <summary>floor + (rate - floor) · (1 + cos(π · count / length)) / 2: down half a wave, and up again behind the length.</summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.</remarks>
    /// <exception cref="GraphException">The count is no number, or the length is not positive.</exception>
    public static Value Cosine(Value count, double rate, double length, double floor = 0)
    {
        Require("Schedules.Cosine", "length", length, length > 0, "above 0");
        return Between(rate, floor, Number("Schedules.Cosine", count) / length);
    }

    /// <summary>From one rate to another, by half a wave of the cosine or in a straight line, where it stays: PyTorch's SWALR, for weights that are averaged behind the length.</summary>
    /// <param name="count">From 0.</param>
    /// <param name="rate">The rate at count 0.</param>
    /// <param name="end">The rate from the length on.</param>
    /// <param name="length">The count at which the last rate is reached.</param>
    /// <param name="linear">Whether the way is a straight line.</param>
    /// <exception cref="GraphException">The count is no number, or the length is not positive.</exception>
    public static Value Anneal(Value count, double rate, double end, int length = 10, bool linear = false)
    {
        var part = Part("annealing schedule", count, length);
        return linear ? rate + ((end - rate) * part) : Between(rate, end, part);
    }

    /// <summary>As <see cref="Cosine"/>, but from the start again behind each wave, which is as many times longer than the one before.</summary>
    /// <remarks>Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016.</remarks>
    /// <param name="count">From 0.</param>
    /// <param name="rate">The rate at each start.</param>
    /// <param name="length">How many counts the first wave takes.</param>
    /// <param name="growth">The length of a wave by that of the one before, at least 1.</param>
    /// <param name="floor">The rate towards which it falls.</param>
    /// <exception cref="GraphException">The count is no number, the length is not positive, or the growth below 1.</exception>
    public static Value CosineRestarts(Value count, double rate, int length, int growth = 1, double floor = 0)
    {
        const string schedule = "Schedules.CosineRestarts";
        Require(schedule, "length", length, length > 0, "above 0");
        Require(schedule, "growth", growth, growth >= 1, "at least 1");
        var t = Number(schedule, count);
        if (growth == 1) return Between(rate, floor, Ops.Remainder(t, length) / length);
        // Wave k starts at length · (growthᵏ - 1) / (growth - 1). Half a count keeps the logarithm of a start from rounding down to the wave before.
        var wave = Ops.Floor(Ops.Log(((t + 0.5) * ((growth - 1.0) / length)) + 1) / Math.Log(growth));
        var size = Ops.Pow(growth, wave);
        return Between(rate, floor, (t - ((size - 1) * (length / (growth - 1.0)))) / (size * length));
    }

    /// <summary>Up from the floor to the peak in a straight line and down again, over and over; each wave by a factor lower than the one before.</summary>
    /// <remarks>Smith, "Cyclical learning rates for training neural networks", 2015; a factor of ½ is PyTorch's "triangular2".</remarks>
    /// <param name="count">From 0.</param>
    /// <param name="floor">The rate at count 0.</param>
    /// <param name="peak">The rate at the top of the first wave.</param>
    /// <param name="up">How many counts a rise takes.</param>
    /// <param name="down">How many a fall takes; as a rise if not given.</param>
    /// <param name="factor">The height of a wave by that of the one before.</param>
    /// <param name="decay">What the height is multiplied by at every count; PyTorch's "exp_range".</param>
    /// <exception cref="GraphException">The count is no number, or a length is not positive.</exception>
    public static Value Cyclic(Value count, double floor, double peak, int up, int? down = null, double factor = 1, double decay = 1)
    {
        Require("Schedules.Cyclic", "up", up, up > 0, "above 0");
        Require("Schedules.Cyclic", "down", down ?? up, (down ?? up) > 0, "above 0");
        var (t, length) = (Number("Schedules.Cyclic", count), up + (down ?? up));
        var place = Ops.Remainder(t, length);
        var height = Ops.Where(place <= up, place / up, (length - place) / (double)(length - up));
        return floor + ((peak - floor) * height * Ops.Pow(factor, Ops.Floor(t / length)) * Ops.Pow(decay, t));
    }

    /// <summary>Up to the peak for a share of the steps, then down to almost nothing, along half waves of the cosine or straight lines.</summary>
    /// <remarks>Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2017.</remarks>
    /// <param name="count">From 0.</param>
    /// <param name="peak">The largest rate.</param>
    /// <param name="steps">How many steps there are in all; at least 2.</param>
    /// <param name="rising">The share of the steps in which the rate rises.</param>
    /// <param name="startDivisor">The rate at count 0 is the peak divided by this.</param>
    /// <param name="endDivisor">The rate at the last step is that at count 0 divided by this.</param>
    /// <param name="linear">Whether rises and falls are straight lines.</param>
    /// <param name="symmetric">Whether it first falls to the rate at count 0 in as many steps as it rose, and to the end in the others; PyTorch's "three_phase".</param>
    /// <exception cref="GraphException">The count is no number, or the rise or the fall takes no step.</exception>
    public static Value OneCycle(Value count, double peak, int steps, double rising = 0.3, double startDivisor = 25, double endDivisor = 1e4, bool linear = false, bool symmetric = false)
    {
        const string schedule = "Schedules.OneCycle";
        var (top, last) = ((rising * steps) - 1, steps - 1);
        var back = symmetric ? 2 * top : top;
        Require(schedule, "steps", steps, steps > 1, "at least 2");
        Require(schedule, "rising", rising, top > 0 && back < last, $"such that of {steps} steps some rise and some fall");
        var t = Number(schedule, count);
        var start = peak / startDivisor;
        Value Way(double from, double to, Value part) => linear ? from + ((to - from) * part) : Between(from, to, part);
        var end = Way(symmetric ? start : peak, start / endDivisor, (t - back) / (last - back));
        return Ops.Where(t <= top, Way(start, peak, t / top), symmetric ? Ops.Where(t <= back, Way(peak, start, (t - top) / top), end) : end);
    }

    /// <summary>One schedule after the other, each of which counts from 0 when its turn comes.</summary>
    /// <param name="count">From 0.</param>
    /// <param name="schedules">The schedules as functions of the count.</param>
    /// <param name="milestones">The counts at which the second one and those after it begin, in ascending order.</param>
    /// <exception cref="GraphException">The count is no number, the milestones don't ascend, or there is not one less of them than of the schedules.</exception>
    public static Value Sequential(Value count, IReadOnlyList<Func<Value, Value>> schedules, IReadOnlyList<int> milestones)
    {
        const string schedule = "Schedules.Sequential";
        if (milestones.Count != schedules.Count - 1)
            throw new GraphException($"{schedule}: {schedules.Count} schedules have {milestones.Count} milestones; there must be one less of them. Built at {Origin.Capture()}.");
        var t = Number(schedule, count);
        var rate = schedules[0](t);
        for (var i = 0; i < milestones.Count; i++)
        {
            Require(schedule, "a milestone", milestones[i], milestones[i] > (i == 0 ? 0 : milestones[i - 1]), "above 0 and the one before");
            rate = Ops.Where(t < milestones[i], rate, schedules[i + 1](Ops.Maximum(t - milestones[i], 0)));
        }
        return rate;
    }

    /// <summary>Half a wave of the cosine from one number, at part 0, to another, at part 1.</summary>
    private static Value Between(double from, double to, Value part) => to + ((Ops.Cos(part * Math.PI) + 1) * ((from - to) / 2));

    private static Value Part(string schedule, Value count, int length)
    {
        Require(schedule, "length", length, length > 0, "above 0");
        return Ops.Minimum(Number(schedule, count) / length, 1);
    }

    private static Value Number(string schedule, Value count) => count.DType != DType.Bool
        ? Ops.Cast(count, DType.Float64)
        : throw new GraphException($"{schedule}: the count '{count.Name}' is bool{count.Shape}; it must be a number. Built at {count.Node.Origin}.");

    private static void Require(string schedule, string what, double number, bool holds, string range)
    {
        if (!holds) throw new GraphException($"{schedule}: {what} is {number}; it must be {range}. Built at {Origin.Capture()}.");
    }
}
