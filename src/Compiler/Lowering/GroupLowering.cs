using GraphGrad.Compilation.Kernels;
using GraphGrad.Compilation.Passes;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Lowering;

/// <summary>Lowers a fusion group to a loop nest: index maps, merged axes, vector axis, passes, rows kept between passes.</summary>
internal static class GroupLowering
{
    // A value at least this dear (in instructions) is kept in a row between passes rather than computed again; a load and
    // a store from the L1 cache cost about as much as four instructions.
    private const int KeepFromCost = 8;

    // Sums of longer rows are more exact in the chunks in which they are split.
    private const long LongestTile = 128;

    // What rows share, read across the order of memory, stays in the second-level cache or near it.
    private const long LargestWideTile = 1 << 16;

    /// <summary>How much code the members make in one loop nest; null where they cannot share one, as one reads another's reduction at a different row.</summary>
    public static GroupSize? SizeOf(FusionGroup group, Func<Value, TensorBuffer?> storage) => Build(group, storage, _ => true) is { } draft ? new GroupSize(draft) : null;

    /// <param name="group">The members.</param>
    /// <param name="storage">The buffer of every materialized value, the members' own included.</param>
    /// <param name="isStored">Whether anyone outside the kernel reads a member.</param>
    /// <param name="lanes">The number of lanes that the target holds of a four-byte type.</param>
    /// <param name="temporary">Makes a buffer for partial results.</param>
    /// <returns>Kernels in the order in which they run.</returns>
    public static Kernel[] Lower(
        FusionGroup group, Func<Value, TensorBuffer?> storage, Func<Value, bool> isStored, int lanes, Func<TensorType, string, TensorBuffer> temporary)
    {
        var draft = Build(group, storage, isStored) ?? throw new InvalidOperationException($"group {group} cannot share a loop nest");
        AxisMerging.Merge(draft);
        RowChoices.Hoist(draft);
        SmallSums.Widen(draft);
        ShortAxes.Flatten(draft, lanes);
        var name = group.ToString();
        if (draft.Columns.Count > 0) return ColumnsOfRows.Lower(draft, lanes, name, temporary);
        if (ShortRows.WriteOut(draft, lanes) is { } rows) return [Schedule(draft, rows, name)];
        if (JoinedRows.Join(draft, lanes, name, temporary) is { } joined) return joined;
        // What rows need comes right before its reader: in memory it is larger than the copies.
        Kernel[] prepared = [.. OperandCopies.Make(draft, lanes, name, temporary), .. RowValues.Take(draft, lanes, name, temporary)];
        var vector = VectorAxis.Choose(draft, lanes);
        vector = RowsApart.InLanes(draft, vector, lanes) ?? vector;
        if (RowsApart.Split(draft, vector, lanes, name, temporary) is { } apart) return [.. prepared, .. apart];
        // First, as windows of many elements would be split, too.
        if (!ShortReductions.WriteOut(draft, vector) && ReductionSplitting.Pays(draft, vector) && !IsTile()) return [.. prepared, .. ReductionSplitting.Split(draft, vector!, lanes, name, temporary)];
        return [.. prepared, Schedule(draft, vector, name)];

        // Rows that are reduced together read what they share from the cache once, too.
        bool IsTile() => draft is { Reductions: [var sum], FullStores.Count: 0 } && IsShort(sum) && RowTile.RowsOf(Schedule(draft, vector, name), lanes) > 1;

        bool IsShort(KernelReduction sum) => RowChunks.Estimate(draft.Axes.Where(a => a.Reduced)) is var terms
            && (terms <= LongestTile || (sum.Type == DType.Float64 && terms <= RowTile.LongestWideRow && terms * RowChunks.Estimate(vector!) <= LargestWideTile));
    }

    private static KernelDraft? Build(FusionGroup group, Func<Value, TensorBuffer?> storage, Func<Value, bool> isStored)
    {
        var axes = new LoopAxis[group.Extents.Length];
        for (var axis = 0; axis < axes.Length; axis++)
            axes[axis] = new LoopAxis((group.Reduced[axis] ? "r" : "i") + axis, group.Extents[axis], group.Reduced[axis]);
        var elements = new GroupElements(new ScalarBuilder(), axes, storage);
        var draft = new KernelDraft(elements.Builder, [.. axes.Where(a => !a.Extent.IsOne)]);
        foreach (var (value, _) in group.Roots) elements.AddMember(value);
        foreach (var (value, kind) in group.Roots)
        {
            var index = kind == RootKind.Full ? elements.Indices
                : value.Rank == axes.Length && kind == RootKind.Row && group.HasReduction
                    ? [.. elements.Indices.Select((i, axis) => axes[axis].Reduced ? elements.Builder.Int64(0) : i)]
                    : elements.RowIndices;
            Scalar element;
            if (kind == RootKind.Column)
            {
                var (_, column, at) = elements.ReductionRoot(value);
                elements.AddColumn(value);
                var offset = elements.Offset(value.Shape, at);
                draft.Columns.Add(new KernelColumn(storage(value)!, offset, column.Body, column.Kind));
                continue;
            }
            if (kind == RootKind.Reduction)
            {
                (element, var reduction, _) = elements.ReductionRoot(value);
                if (SelectedTerm.Find(elements.Builder, reduction, axes) is { } term && ReferenceEquals(element, elements.Builder.Accumulated(reduction.Type, reduction))) element = term;
                else draft.Reductions.Add(reduction);
                elements.AddReduction(value, element);
            }
            else
            {
                element = elements.At(value, index);
            }
            if (!isStored(value)) continue;
            var store = new KernelStore(storage(value)!, elements.Offset(value.Shape, index), element);
            (kind == RootKind.Full && group.HasReduction ? draft.FullStores : draft.RowStores).Add(store);
        }
        if (elements.IsIllegal) return null;
        TakeForms(draft);
        return draft;
    }

    /// <summary>Takes the forms of values that pay beside what else is computed.</summary>
    private static void TakeForms(KernelDraft draft)
    {
        var taken = draft.Builder.Forms.Taken();
        if (taken.Count == 0) return;
        var done = new Dictionary<Scalar, Scalar>();
        draft.Rewrite(Renewed);

        // A form is made of its argument, in which there may be others to take.
        Scalar Renewed(Scalar scalar) => ScalarGraph.Substitute(draft.Builder, scalar, s => taken.TryGetValue(s, out var form) ? Renewed(form) : null, done);
    }

    /// <summary>Orders loops, splits passes and keeps rows.</summary>
    /// <param name="draft">What to compute.</param>
    /// <param name="vector">The axis in the lanes.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="columnLevel">How many outer loops stand around the rows that columns combine.</param>
    /// <param name="runsEarly">Whether it goes before steps that it does not wait for.</param>
    public static Kernel Schedule(KernelDraft draft, LoopAxis? vector, string name, int columnLevel = 0, bool runsEarly = false)
    {
        // The vector axis runs innermost among its kind; the order of the others stays.
        LoopAxis[] Ordered(bool reduced) => [.. draft.Axes.Where(a => a.Reduced == reduced && a != vector), .. draft.Axes.Where(a => a.Reduced == reduced && a == vector)];
        var (outer, inner) = (Ordered(reduced: false), Ordered(reduced: true));
        var b = draft.Builder;
        var interleaved = vector is null ? null : Interleaving.Within(draft, vector);
        if (interleaved is not null) (outer, inner) = ([.. outer.Where(a => a != interleaved)], [interleaved]);
        else if (inner.Length == 0 && Across(draft, vector) is { } across) outer = [.. outer.Where(a => a != across), across];
        var levels = new RowLevels(draft);
        var passes = Enumerable.Range(0, levels.Count)
            .Select(p => new KernelPass(
                [.. draft.Reductions.Where(r => levels[r.Body] == p)],
                [.. draft.FullStores.Where(s => levels[s.Value] == p)])
            {
                Columns = [.. draft.Columns.Where(c => levels[c.Value] == p)],
            })
            .ToArray();
        var scratch = new List<TensorBuffer>();
        if (levels.Count > 1) RowKeeping.Keep(b, passes, inner, KeepFromCost, scratch);
        return new Kernel
        {
            Name = name,
            Builder = b,
            Outer = outer,
            Inner = inner,
            Interleaved = interleaved,
            RunsEarly = runsEarly,
            Vector = vector,
            Passes = passes,
            RowStores = [.. draft.RowStores],
            Scratch = [.. scratch],
            ColumnLevel = columnLevel,
            IsParallel = draft.Columns.Count == 0 || columnLevel > 0,
        };
    }

    /// <summary>
    /// The axis along which those elements are neighbours that the lanes gather from afar, or store afar if they gather none; null if there are none. With its loop
    /// innermost the lines that one vector touches are used up before the next: the other way round a transposition finds each line driven out
    /// again when it comes to the line's next element.
    /// </summary>
    private static LoopAxis? Across(KernelDraft draft, LoopAxis? vector)
    {
        if (vector is null) return null;
        bool IsApart(Scalar offset) => ScalarGraph.TryCoefficient(draft.Builder, offset, vector, out var step) && !step.IsInteger(0) && !step.IsInteger(1);
        var offsets = ScalarGraph.Reachable(draft.Values).Where(s => s.Op == ScalarOp.Load).Select(s => s.Arguments[0]).Distinct().Where(IsApart).ToArray();
        if (offsets.Length == 0) offsets = [.. draft.RowStores.Select(s => s.Offset).Where(IsApart)];
        return draft.Axes.LastOrDefault(a => a != vector && offsets.Any(o => ScalarGraph.TryCoefficient(draft.Builder, o, a, out var step) && step.IsInteger(1)));
    }
}
