namespace GraphGrad.Operations;

/// <summary>How the work of a routine falls into units, none of which needs another's results, so that threads may share it.</summary>
/// <param name="Axes">As many leading axes, the same of all inputs and outputs, number the units; 0 for a whole that is not cut, or is cut into lines.</param>
/// <param name="Cycles">What a unit takes, roughly.</param>
/// <param name="Grain">How many units are done side by side: what is cut apart are whole groups.</param>
/// <param name="Lines">How many units there are that lie apart in memory and that the op finds itself, by <see cref="EvaluationContext.Lines"/>.</param>
internal readonly record struct RoutineUnits(int Axes, double Cycles, int Grain = 1, int Lines = 0)
{
    // Some seven microseconds: to hand a part to a thread, and to begin with it, takes less than one.
    private const double LeastPart = 20_000;

    // Even at three threads the last one to be done is not far behind, and each part's own scratch memory is filled again rarely.
    private const int MostParts = 16;

    // Cycles of work that is over before a parked thread comes.
    private const double ShortWork = 60_000;

    /// <summary>How many units there are.</summary>
    public int Count(EvaluationContext context) => Lines > 0 ? Lines : Axes == 0 ? 1 : context.Output.Extents.AsSpan(0, Axes).Product();

    public bool IsShort(EvaluationContext context) => Count(context) * Cycles < ShortWork;

    /// <summary>
    /// The parts of a routine, the routine itself if it is not worth cutting. They depend on the problem and not on threads, since some routines compute units in groups whose results depend, in the last bits, on
    /// who else is in the group.
    /// </summary>
    public EvaluationContext[] Cut(EvaluationContext context)
    {
        var units = Count(context);
        var parts = (int)Math.Min(Math.Min(MostParts, units * Cycles / LeastPart), units / Grain);
        if (parts < 2) return [context];
        var cut = new EvaluationContext[parts];
        for (var part = 0; part < parts; part++)
        {
            // In whole groups, but for the last part.
            var first = (int)((long)(units / Grain) * part / parts * Grain);
            var next = part == parts - 1 ? units : (int)((long)(units / Grain) * (part + 1) / parts * Grain);
            cut[part] = Lines > 0 ? context.OfLines(first, next - first) : context.OfUnits(Axes, first, next - first);
        }
        return cut;
    }
}
