using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GraphGrad.Scalars;

namespace GraphGrad.Compilation.Emission;

/// <summary>
/// Constants of a kernel in all lanes, in memory, where the just-in-time compiler does not see them. What it sees it keeps in a register from the first use to the last, and of
/// sixteen registers that leaves too few for copies of a body that take turns; an operand in memory costs an instruction nothing there. Each use has a place of its own, for uses of one place would be united again.
/// </summary>
internal sealed class LaneConstants
{
    // 8 KB, a quarter of the smallest first-level caches.
    private const int Most = 256;

    private static readonly int Bytes = Vector256<byte>.Count;
    private static readonly MethodInfo Load = ((LoadUnsafe)Vector256.LoadUnsafe).Method;

    // Pinned, so that no constant lies across two lines of the cache: loading such a one takes as long as two.
    private readonly Lazy<byte[]> memory = new(() => GC.AllocateArray<byte>((Most + 1) * Bytes, pinned: true));
    private int used;

    private delegate Vector256<byte> LoadUnsafe(ref readonly byte source);

    /// <summary>What holds the constants, for the code that reads them.</summary>
    public ParameterExpression Local { get; } = Expression.Variable(typeof(byte[]), "constants");

    /// <summary>Whether there is anything to read.</summary>
    public bool Any => used > 0;

    /// <summary>Makes the constants known to the code; runs before everything that reads them. Once an element far back was there, the just-in-time compiler compares no index before it with the length.</summary>
    public Expression[] Prologue => [Expression.Assign(Local, Expression.Constant(memory.Value)), Expression.Assign(Expression.ArrayAccess(Local, Expression.Constant(memory.Value.Length - 1)), Expression.Constant((byte)0))];

    /// <summary>Whether registers of a width are so few that constants are better in memory. With AVX-512 there are 32.</summary>
    public static bool Helps(VectorWidth width) => width == VectorWidth.Vector256 && Avx2.IsSupported && !Avx512F.IsSupported;

    /// <summary>Whether an operand may come from memory. The code for an extremum is short where the just-in-time compiler sees that the constant is not NaN, and 0 needs no register.</summary>
    public static bool Suits(Scalar reader, Scalar constant) => constant is { IsConstant: true, Bits: not 0 } && reader.Op is not (ScalarOp.Minimum or ScalarOp.Maximum);

    /// <summary>The registers of a constant, each read for one use; null where there is no room left, or for registers that are not of 256 bits.</summary>
    public Expression[]? Read(LaneEmitter lanes, Scalar constant)
    {
        if (constant.Type == DType.Bool) return null;
        var (register, count) = lanes.Registers(constant.Type);
        if (register.GetGenericTypeDefinition() != typeof(Vector256<>) || used + count > Most) return null;
        var result = new Expression[count];
        for (var r = 0; r < count; r++)
        {
            var place = First + (used++ * Bytes);
            var lanesOfIt = memory.Value.AsSpan(place, Bytes);
            if (constant.Type.Size() == sizeof(int)) MemoryMarshal.Cast<byte, int>(lanesOfIt).Fill((int)constant.Bits);
            else MemoryMarshal.Cast<byte, long>(lanesOfIt).Fill(constant.Bits);
            result[r] = Simd.As(VectorWidth.Vector256, Expression.Call(Load, Element(place)), register.GetGenericArguments()[0]);
        }
        return result;
    }

    private IndexExpression Element(int place) => Expression.ArrayAccess(Local, Expression.Constant(place));

    /// <summary>Where the memory is aligned first.</summary>
    private int First => (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(memory.Value, 0) & (Bytes - 1));
}
