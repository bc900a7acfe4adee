using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GraphGrad.Operations;

/// <summary>
/// <see cref="Rotations"/> of many small matrices side by side, one in each lane. A lane in which nothing is left to turn is turned by nothing, so results do not depend on the matrices beside.
/// </summary>
internal static unsafe class RotationLanes
{
    /// <summary>How many matrices are rotated side by side.</summary>
    public static int Count => Vector512.IsHardwareAccelerated ? WideLane<double>.Count : NativeLane<double>.Count;

    /// <summary>Rotates symmetric matrices until they are diagonal.</summary>
    /// <param name="a">The matrices, an element of all of them after the other; in the end their eigenvalues are on the diagonals.</param>
    /// <param name="v">Row i of each is the vector of value i.</param>
    /// <param name="n">How many rows.</param>
    public static void Diagonalize(double* a, double* v, int n)
    {
        if (Vector512.IsHardwareAccelerated) Diagonalize<WideLane<double>>(a, v, n);
        else Diagonalize<NativeLane<double>>(a, v, n);
    }

    /// <summary>Rotates rows until they are orthogonal.</summary>
    /// <param name="rows">[n, m] of each, an element of all of them after the other.</param>
    /// <param name="v">The rotations' product, [n, n].</param>
    /// <param name="least">For each matrix the square of the length up to which a row is not turned.</param>
    /// <param name="m">How long rows are.</param>
    /// <param name="n">How many there are.</param>
    public static void Orthogonalize(double* rows, double* v, double* least, int m, int n)
    {
        if (Vector512.IsHardwareAccelerated) Orthogonalize<WideLane<double>>(rows, v, least, m, n);
        else Orthogonalize<NativeLane<double>>(rows, v, least, m, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Diagonalize<TLane>(double* a, double* v, int n)
        where TLane : struct, ILane<TLane, double>
    {
        var lanes = TLane.Count;
        var zero = default(TLane);
        SetIdentity<TLane>(v, n);
        var square = zero;
        for (var at = 0; at < n * n; at++) square = TLane.MultiplyAdd(TLane.Load(a + (at * lanes)), TLane.Load(a + (at * lanes)), square);
        var negligible = TLane.Fill(Rotations.NegligibleElement) * TLane.Sqrt(square);
        for (var (sweep, isDone) = (0, false); sweep < Rotations.Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    double* rowP = a + (p * n * lanes), rowQ = a + (q * n * lanes);
                    TLane app = TLane.Load(rowP + (p * lanes)), aqq = TLane.Load(rowQ + (q * lanes)), apq = TLane.Load(rowP + (q * lanes));
                    var magnitude = TLane.Abs(apq);
                    if (!TLane.IsAnyGreater(magnitude, negligible)) continue;
                    isDone = false;
                    var t = TLane.WhereGreater(magnitude, negligible, Tangent((aqq - app) / (apq + apq)), zero);
                    var (c, s) = Rotation(t);
                    for (var k = 0; k < n; k++)
                    {
                        TLane x = TLane.Load(rowP + (k * lanes)), y = TLane.Load(rowQ + (k * lanes));
                        Turn(ref x, ref y, c, s);
                        x.Store(rowP + (k * lanes));
                        x.Store(a + (((k * n) + p) * lanes));
                        y.Store(rowQ + (k * lanes));
                        y.Store(a + (((k * n) + q) * lanes));
                    }
                    (app - (t * apq)).Store(rowP + (p * lanes));
                    (aqq + (t * apq)).Store(rowQ + (q * lanes));
                    var left = TLane.WhereGreater(magnitude, negligible, zero, apq);
                    left.Store(rowP + (q * lanes));
                    left.Store(rowQ + (p * lanes));
                    TurnRows(v + (p * n * lanes), v + (q * n * lanes), n, c, s);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Orthogonalize<TLane>(double* rows, double* v, double* least, int m, int n)
        where TLane : struct, ILane<TLane, double>
    {
        var lanes = TLane.Count;
        var (zero, shortest, never) = (default(TLane), TLane.Load(least), TLane.Fill(double.PositiveInfinity));
        SetIdentity<TLane>(v, n);
        var negligible = TLane.Fill(Rotations.NegligibleCosine(m));
        for (var (sweep, isDone) = (0, false); sweep < Rotations.Sweeps && !isDone; sweep++)
        {
            isDone = true;
            for (var p = 0; p < n; p++)
            {
                for (var q = p + 1; q < n; q++)
                {
                    double* rowP = rows + (p * m * lanes), rowQ = rows + (q * m * lanes);
                    TLane xx = zero, yy = zero, xy = zero;
                    for (var k = 0; k < m * lanes; k += lanes)
                    {
                        TLane x = TLane.Load(rowP + k), y = TLane.Load(rowQ + k);
                        xx = TLane.MultiplyAdd(x, x, xx);
                        yy = TLane.MultiplyAdd(y, y, yy);
                        xy = TLane.MultiplyAdd(x, y, xy);
                    }
                    var magnitude = TLane.Abs(xy);
                    var bound = TLane.WhereGreater(TLane.WhereGreater(xx, yy, yy, xx), shortest, negligible * TLane.Sqrt(xx * yy), never);
                    if (!TLane.IsAnyGreater(magnitude, bound)) continue;
                    isDone = false;
                    var (c, s) = Rotation(TLane.WhereGreater(magnitude, bound, Tangent((yy - xx) / (xy + xy)), zero));
                    TurnRows(rowP, rowQ, m, c, s);
                    TurnRows(v + (p * n * lanes), v + (q * n * lanes), n, c, s);
                }
            }
        }
    }

    /// <summary>The smaller root of t² + 2·cot·t = 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Tangent<TLane>(TLane cot)
        where TLane : struct, ILane<TLane, double>
    {
        var one = TLane.Fill(1);
        return TLane.WhereGreater(default, cot, default(TLane) - one, one) / (TLane.Abs(cot) + TLane.Sqrt(TLane.MultiplyAdd(cot, cot, one)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane Cosine, TLane Sine) Rotation<TLane>(TLane tangent)
        where TLane : struct, ILane<TLane, double>
    {
        var one = TLane.Fill(1);
        var c = one / TLane.Sqrt(TLane.MultiplyAdd(tangent, tangent, one));
        return (c, c * tangent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn<TLane>(ref TLane x, ref TLane y, TLane c, TLane s)
        where TLane : struct, ILane<TLane, double> =>
        (x, y) = ((c * x) - (s * y), TLane.MultiplyAdd(s, x, c * y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnRows<TLane>(double* first, double* second, int count, TLane c, TLane s)
        where TLane : struct, ILane<TLane, double>
    {
        for (var k = 0; k < count * TLane.Count; k += TLane.Count)
        {
            TLane x = TLane.Load(first + k), y = TLane.Load(second + k);
            Turn(ref x, ref y, c, s);
            x.Store(first + k);
            y.Store(second + k);
        }
    }

    private static void SetIdentity<TLane>(double* v, int n)
        where TLane : struct, ILane<TLane, double>
    {
        for (var at = 0; at < n * n; at++) TLane.Fill(at / n == at % n ? 1 : 0).Store(v + (at * TLane.Count));
    }
}
