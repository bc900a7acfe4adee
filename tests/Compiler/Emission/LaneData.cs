using System.Runtime.InteropServices;

namespace GraphGrad.Tests.Compiler.Emission;

/// <summary>Elements of one dtype in pinned memory, read and written as the bits of a scalar constant.</summary>
internal sealed class LaneData
{
    private readonly byte[] bytes;

    public LaneData(DType type, int count)
    {
        Type = type;
        Count = count;
        bytes = GC.AllocateArray<byte>(Math.Max(1, count * type.Size()), pinned: true);
    }

    public LaneData(DType type, params ReadOnlySpan<long> bits) : this(type, bits.Length)
    {
        for (var i = 0; i < bits.Length; i++) this[i] = bits[i];
    }

    public DType Type { get; }

    public int Count { get; }

    public long Address => Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);

    public long this[int index]
    {
        get => Type.Size() switch
        {
            4 => BitConverter.ToInt32(bytes, 4 * index),
            8 => BitConverter.ToInt64(bytes, 8 * index),
            _ => bytes[index],
        };
        set
        {
            switch (Type.Size())
            {
                case 4: BitConverter.TryWriteBytes(bytes.AsSpan(4 * index), (int)value); break;
                case 8: BitConverter.TryWriteBytes(bytes.AsSpan(8 * index), value); break;
                default: bytes[index] = (byte)value; break;
            }
        }
    }

    /// <summary>The bits, all NaNs made one: their payloads are not specified.</summary>
    public static long Canonical(DType type, long bits) => type switch
    {
        DType.Float32 when float.IsNaN(BitConverter.Int32BitsToSingle((int)bits)) => BitConverter.SingleToInt32Bits(float.NaN),
        DType.Float64 when double.IsNaN(BitConverter.Int64BitsToDouble(bits)) => BitConverter.DoubleToInt64Bits(double.NaN),
        DType.Float32 => (int)bits,
        _ => bits,
    };

    /// <summary>Every pair of special values as (value, other), then random bits and random numbers of moderate size.</summary>
    public static LaneData Values(DType type, int count, int position)
    {
        var special = Special(type);
        var n = special.Length;
        var random = new Random(20_250 + position);
        var data = new LaneData(type, count);
        for (var i = 0; i < count; i++)
        {
            data[i] = i < n * n ? special[position switch { 0 => i % n, 1 => i / n, _ => (i % n + i / n) % n }]
                : type == DType.Bool ? random.Next(2)
                : random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue)
                : Bits(type, (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(1, 12)));
        }
        return data;
    }

    public static long Bits(DType type, double value) => type switch
    {
        DType.Float32 => BitConverter.SingleToInt32Bits((float)value),
        DType.Float64 => BitConverter.DoubleToInt64Bits(value),
        DType.Int32 => (int)value,
        DType.Int64 => (long)value,
        _ => value != 0 ? 1 : 0,
    };

    private static long[] Special(DType type)
    {
        double[] floats =
        [
            0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.999, 8388607.5, 4503599627370495.5, 16777217,
            2147483520, 2147483648.0, -2147483648.0, -2147483904.0, 4e9, 9.2e18, 9223372036854775808.0, -9.3e18, 1e30, -1e38, 1e300,
            1e-40, -1e-320, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        ];
        long[] integers =
        [
            0, 1, -1, 2, 3, -7, 10, int.MaxValue, int.MinValue, long.MaxValue, long.MaxValue - 1, long.MinValue, 1L << 32, 12345678901234567,
            (1L << 24) + 1, (1L << 53) + 1, -(1L << 53) - 1, (1L << 54) + (1L << 30) + 1,
            // About midpoints between floats.
            (1L << 60) + (1L << 36), (1L << 60) + (1L << 36) + 1, (1L << 60) + (1L << 36) - 1, -(1L << 60) - (1L << 36) - 1,
        ];
        return type switch
        {
            DType.Bool => [0, 1],
            DType.Int32 => [.. integers.Select(i => (long)(int)i)],
            DType.Int64 => integers,
            _ => [.. floats.Select(f => Bits(type, f))],
        };
    }
}
