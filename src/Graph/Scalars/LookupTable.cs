using System.Globalization;
using System.Runtime.InteropServices;

namespace GraphGrad.Scalars;

/// <summary>
/// As many float32 numbers as the widest register holds, one of which each lane picks (<see cref="ScalarOp.Lookup"/>): where there is such an instruction, they
/// never leave the registers. It must live as long as code that refers to it: tables are static.
/// </summary>
internal sealed class LookupTable
{
    /// <summary>How many numbers a table has.</summary>
    public const int Length = 16;

    private readonly float[] numbers = GC.AllocateUninitializedArray<float>(Length, pinned: true);

    public LookupTable(params ReadOnlySpan<float> numbers)
    {
        if (numbers.Length != Length) throw new ArgumentException($"a table has {Length} numbers, not {numbers.Length}", nameof(numbers));
        numbers.CopyTo(this.numbers);
    }

    public ReadOnlySpan<float> Numbers => numbers;

    /// <summary>Where the numbers lie in memory.</summary>
    public long Address => Marshal.UnsafeAddrOfPinnedArrayElement(numbers, 0);

    /// <summary>Its first and last number, by which the tables of one expansion are told apart.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{{{numbers[0]:R} … {numbers[^1]:R}}}");
}
