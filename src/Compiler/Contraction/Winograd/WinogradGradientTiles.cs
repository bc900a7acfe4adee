using System.Runtime.CompilerServices;
using GraphGrad.Operations;

namespace GraphGrad.Compilation.Contraction.Winograd;

/// <summary>The loops of a <see cref="WinogradGradient"/>.</summary>
internal readonly unsafe struct WinogradGradientTiles<TLane>(WinogradGradient plan, float* images, float* results, float* weights, byte* scratch, byte* shared)
    where TLane : struct, ILane<TLane, float>
{
    // Channels whose weights are turned together.
    private const int Turned = 16;

    // Elements, and results, whose sizes are added at a time.
    private const int MostMeasured = 256;

    private readonly WinogradSides sides = plan.Windows;
    private readonly float* differences = (float*)scratch;
    private readonly float* spreads = (float*)(scratch + plan.Spreads);
    private readonly float* zeros = (float*)(scratch + plan.Zeros);

    /// <summary>One part of the products of a unit.</summary>
    public void Prepare(long chunk)
    {
        var (unit, part) = Math.DivRem(chunk, plan.Parts);
        var sums = SumsOf(chunk);
        // What is not even enough need not be summed to its end.
        if (!Sum(plan.Unit(unit), part, sums)) sums[plan.SumPlanes[WinogradPlan.Products]] = float.NaN;
    }

    /// <summary>
    /// The weights of a unit; false if one is not finite. An infinite or NaN element, and a difference that overflows, reaches further here than the weights that meet it, so the
    /// whole product must then be computed directly.
    /// </summary>
    public bool Compute(long chunk)
    {
        var unit = plan.Unit(chunk);
        if (plan.Parts == 1)
        {
            var sums = (float*)(scratch + plan.Sums);
            return Sum(unit, 0, sums) && Finish(unit, sums) && Guard(sums).Finish(unit);
        }
        var first = SumsOf(chunk * plan.Parts);
        for (var part = 1; part < plan.Parts; part++) Add(SumsOf((chunk * plan.Parts) + part), first);
        return Finish(unit, first) && Guard(first).Finish(unit);
    }

    private float* SumsOf(long chunk) => (float*)(shared + (chunk * (plan.SharedBytes / (plan.Blocks * plan.Parts))));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* from, float* to)
    {
        var end = plan.SumPlanes[^1];
        for (long at = 0; at < end; at += TLane.Count) (TLane.Load(to + at) + TLane.Load(from + at)).Store(to + at);
    }

    /// <summary>The products of a unit, summed over the tiles of a part.</summary>
    private bool Sum(WinogradUnit unit, long part, float* sums)
    {
        new Span<float>(sums + plan.SumPlanes[WinogradPlan.Products], (int)(plan.SumPlanes[^1] - plan.SumPlanes[WinogradPlan.Products])).Clear();
        new Span<float>(zeros, (int)Math.Max(unit.Channels, unit.Kernels)).Clear();
        var first = part * plan.TilesOfPart;
        var end = Math.Min(first + plan.TilesOfPart, sides.Tiles);
        var early = first + ((end - first) / 8);
        for (var tile = first; tile < end; tile += plan.TilesOfBlock)
        {
            var count = Math.Min(plan.TilesOfBlock, end - tile);
            Transform(unit, tile, count);
            Measure(unit, tile, count, sums + plan.SumPlanes[WinogradPlan.Products]);
            if (tile < early && tile + count >= early && !Guard(sums).IsEven(unit, tile + count - first)) return false;
            foreach (var k in plan.Live)
            {
                for (long slot = 0; slot < plan.Slots[k]; slot++) Multiply(unit, k, slot, count, sums, tile > first);
            }
        }
        return true;
    }

    private WinogradGuard<TLane> Guard(float* sums) => new(plan, images, results, weights, sums + plan.SumPlanes[WinogradPlan.Products]);

    /// <summary>
    /// How large a unit's channels and kernels are under some tiles: of elements, those in the middle of the windows, each of which lies there once, and at the ends those beyond, which lie in
    /// the middle of none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Measure(WinogradUnit unit, long tile, long count, float* figures)
    {
        float** elements = stackalloc float*[MostMeasured], outputs = stackalloc float*[MostMeasured];
        var (foundElements, foundOutputs) = (0, 0);
        var ofKernels = figures + (2 * plan.ChannelPitch);
        var (linePairs, placePairs) = (sides.Lines.Pairs ? 1 : 0, sides.Places.Pairs ? 1 : 0);
        for (long t = 0; t < count; t++)
        {
            var (row, place) = Math.DivRem(tile + t, sides.Places.Tiles);
            var (image, line) = Math.DivRem(row, sides.Lines.Tiles);
            for (var i = line << linePairs; i < Math.Min((line + 1) << linePairs, sides.Lines.Outputs); i++)
            {
                var (firstLine, endLine) = MiddleOf(sides.Lines, i);
                for (var j = place << placePairs; j < Math.Min((place + 1) << placePairs, sides.Places.Outputs); j++)
                {
                    if (foundOutputs == MostMeasured)
                    {
                        WinogradGuard<TLane>.Add(outputs, foundOutputs, unit.Kernels, ofKernels, ofKernels + plan.KernelPitch);
                        foundOutputs = 0;
                    }
                    outputs[foundOutputs++] = results + sides.ResultOffset(image) + (i * sides.ResultLine) + (j * sides.ResultPlace) + unit.Kernel;
                    var (firstPlace, endPlace) = MiddleOf(sides.Places, j);
                    for (var p = firstLine; p < endLine; p++)
                    {
                        for (var q = firstPlace; q < endPlace; q++)
                        {
                            if (foundElements == MostMeasured)
                            {
                                WinogradGuard<TLane>.Add(elements, foundElements, unit.Channels, figures, figures + plan.ChannelPitch);
                                foundElements = 0;
                            }
                            elements[foundElements++] = images + sides.ImageOffset(image) + (p * sides.LineStep) + (q * sides.PlaceStep) + unit.Channel;
                        }
                    }
                }
            }
        }
        WinogradGuard<TLane>.Add(elements, foundElements, unit.Channels, figures, figures + plan.ChannelPitch);
        WinogradGuard<TLane>.Add(outputs, foundOutputs, unit.Kernels, ofKernels, ofKernels + plan.KernelPitch);
    }

    /// <summary>The element in the middle of a result's window along an axis, with those before the first middle and after the last one.</summary>
    private static (long First, long End) MiddleOf(WinogradAxis axis, long result)
    {
        var middle = result + (axis.Kernel / 2);
        return (result == 0 ? 0 : middle, result == axis.Outputs - 1 ? axis.Reach : middle + 1);
    }

    private void Transform(WinogradUnit unit, long tile, long count)
    {
        switch (sides.Lines.Longest)
        {
            case 0: Transform<NoPair>(unit, tile, count); break;
            case 2: Transform<TwoTaps>(unit, tile, count); break;
            default: Transform<ThreeTaps>(unit, tile, count); break;
        }
    }

    private void Transform<TLines>(WinogradUnit unit, long tile, long count)
        where TLines : struct, IPieceLength
    {
        switch (sides.Places.Longest)
        {
            case 0: Transform<TLines, NoPair>(unit, tile, count); break;
            case 2: Transform<TLines, TwoTaps>(unit, tile, count); break;
            default: Transform<TLines, ThreeTaps>(unit, tile, count); break;
        }
    }

    /// <summary>The differences of a unit's channels, and the sums of its kernels' results, of some tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform<TLines, TPlaces>(WinogradUnit unit, long tile, long count)
        where TLines : struct, IPieceLength
        where TPlaces : struct, IPieceLength
    {
        var (transform, spread) = (new WinogradDifferences<TLane>(plan, unit.Channels, zeros), new WinogradSpread<TLane>(sides, unit.Kernels, plan.SpreadPlane, zeros));
        var (linePairs, placePairs) = (sides.Lines.Pairs ? 1 : 0, sides.Places.Pairs ? 1 : 0);
        for (long t = 0; t < count; t++)
        {
            var (row, place) = Math.DivRem(tile + t, sides.Places.Tiles);
            var (image, line) = Math.DivRem(row, sides.Lines.Tiles);
            var (down, right) = ((int)line << linePairs, (int)place << placePairs);
            transform.Tile(images + sides.ImageOffset(image) + unit.Channel, down, right, differences + (t * plan.TermPitch));
            spread.Tile<TLines, TPlaces>(results + sides.ResultOffset(image) + unit.Kernel, down, right, spreads + (t * plan.KernelPitch));
        }
    }

    /// <summary>Adds the tiles of a block to the products of the channels of one piece, panel after panel of kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(WinogradUnit unit, int product, long slot, long tiles, float* sums, bool accumulate)
    {
        var from = differences + (product * plan.DifferencePlane) + (slot * plan.ChannelPitch);
        var to = sums + plan.SumPlanes[product] + (slot * plan.ChannelPitch * plan.KernelPitch);
        var columns = spreads + (product * plan.SpreadPlane);
        for (long kernel = 0; kernel < unit.Kernels; kernel += plan.Vectors * plan.Lanes)
        {
            var vectors = unit.Kernels - kernel > plan.Lanes ? plan.Vectors : 1;
            for (long row = 0, rows; row < unit.Channels; row += rows)
            {
                var height = (int)Math.Min(plan.TileRows, unit.Channels - row);
                var together = (unit.Channels - row) / height;
                rows = together * height;
                plan.Code(height, vectors)(
                    (long)(from + row), sizeof(float), plan.TermPitch * sizeof(float), (long)(columns + kernel), plan.KernelPitch * sizeof(float),
                    (long)(to + (row * plan.KernelPitch) + kernel), plan.KernelPitch * sizeof(float), tiles, accumulate, together, (long)height * sizeof(float));
            }
        }
    }

    /// <summary>Gᵀ M G of the pieces of all weights of a unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Finish(WinogradUnit unit, float* sums)
    {
        var (taps, vector) = ((int)sides.Taps, TLane.Count);
        var rows = stackalloc float[taps * Turned * vector];
        var sixteen = stackalloc float[WinogradPlan.Products * vector];
        var places = stackalloc float*[WinogradPlan.Products];
        var finite = true;
        for (long first = 0; first < unit.Channels; first += Turned)
        {
            var count = (int)Math.Min(Turned, unit.Channels - first);
            for (long at = 0, last = unit.Kernels - vector; ; at = Math.Min(at + vector, last))
            {
                var check = default(TLane);
                foreach (var piece in plan.Pieces)
                {
                    foreach (var k in piece.Products) places[k] = sums + plan.SumPlanes[k] + ((piece.Terms[k] + first) * plan.KernelPitch) + at;
                    for (var own = 0; own < count; own++)
                    {
                        foreach (var k in piece.Products) TLane.Load(places[k] + (own * plan.KernelPitch)).Store(sixteen + (k * vector));
                        check += Gather(sixteen, piece, rows + ((long)taps * own * vector));
                    }
                }
                finite &= TLane.AreEqual(check, TLane.Fill(0));
                Turn(rows, taps * count, weights + ((unit.Channel + first) * sides.WeightChannel) + ((unit.Kernel + at) * sides.WeightKernel));
                if (at == last) break;
            }
        }
        return finite;
    }

    /// <summary>Gᵀ M G of a piece, a row for each weight; zeros if all are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Gather(float* sixteen, WinogradPart piece, float* rows)
    {
        var (lines, places, vector) = (sides.Lines, sides.Places, TLane.Count);
        var (high, wide) = (lines.Pairs ? piece.Line.Taps : 0, places.Pairs ? piece.Place.Taps : 0);
        Gather(high, sixteen, 4 * vector);
        if (wide > 1) Gather(high, sixteen + vector, 4 * vector);
        if (wide > 2) Gather(high, sixteen + (2 * vector), 4 * vector);
        if (wide > 0) Gather(high, sixteen + (3 * vector), 4 * vector);
        rows += ((piece.Line.First * places.Kernel) + piece.Place.First) * vector;
        var (down, check) = (places.Kernel * vector, default(TLane));
        for (var i = 0; i < piece.Line.Taps; i++, rows += down, sixteen += 4 * vector)
        {
            Gather(wide, sixteen, vector);
            for (var j = 0; j < piece.Place.Taps; j++)
            {
                var weight = TLane.Load(sixteen + (j * vector));
                weight.Store(rows + (j * vector));
                check += weight * TLane.Fill(0);
            }
        }
        return check;
    }

    /// <summary>The products of Gᵀ with the vectors of a piece, in their place: the weights stand at the first ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(int taps, float* four, long step)
    {
        if (taps == 0) return;
        var (m0, m3) = (TLane.Load(four), TLane.Load(four + (3 * step)));
        if (taps == 1)
        {
            (m0 - m3).Store(four);
            return;
        }
        var m1 = TLane.Load(four + step);
        if (taps == 2)
        {
            (m0 + m1).Store(four);
            (m1 + m3).Store(four + step);
            return;
        }
        var m2 = TLane.Load(four + (2 * step));
        var half = (m1 + m2) * TLane.Fill(0.5f);
        (m0 + half).Store(four);
        ((m1 - m2) * TLane.Fill(0.5f)).Store(four + step);
        (half + m3).Store(four + (2 * step));
    }

    /// <summary>Puts the weights of a vector of kernels where they belong: there those of a kernel are neighbours, or nearly so.</summary>
    /// <param name="rows">A row for each weight of each channel.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">The first kernel's first weight.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn(float* rows, int count, float* to)
    {
        var (vector, step, taps) = (TLane.Count, sides.WeightKernel, (int)sides.Taps);
        if (Transposition.IsAccelerated && sides.IsDense && sides.WeightChannel == taps && vector % 4 == 0)
        {
            for (var own = 0; own < vector; own += 4, to += 4 * step)
            {
                var k = 0;
                for (; k + 4 <= count; k += 4)
                {
                    var from = rows + (k * vector) + own;
                    Transposition.FourByFour(from, from + vector, from + (2 * vector), from + (3 * vector), to + k, step);
                }
                for (; k < count; k++)
                {
                    for (var each = 0; each < 4; each++) to[(each * step) + k] = rows[(k * vector) + own + each];
                }
            }
            return;
        }
        for (var k = 0; k < count; k++)
        {
            var (channel, tap) = Math.DivRem(k, taps);
            var (line, place) = Math.DivRem(tap, (int)sides.Places.Kernel);
            var weight = to + (channel * sides.WeightChannel) + (line * sides.WeightLine) + (place * sides.WeightPlace);
            for (var own = 0; own < vector; own++) weight[own * step] = rows[(k * vector) + own];
        }
    }
}
