using System.Runtime.CompilerServices;

namespace GraphGrad;

/// <summary>A number for each spatial axis, such as a stride: <c>2</c> for all of them, <c>(2, 1)</c> or <c>[2, 1]</c> for height and width.</summary>
[CollectionBuilder(typeof(PerAxis), nameof(Create))]
public readonly struct PerAxis
{
    private readonly int[] numbers;

    private PerAxis(int[] numbers) => this.numbers = numbers;

    /// <summary>The same number on every axis.</summary>
    public static implicit operator PerAxis(int number) => new([number]);

    /// <summary>One number for the height, one for the width.</summary>
    public static implicit operator PerAxis((int Height, int Width) numbers) => new([numbers.Height, numbers.Width]);

    /// <summary>One number for each axis.</summary>
    public static implicit operator PerAxis((int Depth, int Height, int Width) numbers) => new([numbers.Depth, numbers.Height, numbers.Width]);

    /// <summary>One number for each axis, or one for all: what <c>[2, 1]</c> stands for.</summary>
    public static PerAxis Create(ReadOnlySpan<int> numbers) => new(numbers.ToArray());

    /// <summary>The numbers, one where it holds for all axes.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)numbers).GetEnumerator();

    /// <summary>The numbers as in messages.</summary>
    public override string ToString() => numbers.Length == 1 ? $"{numbers[0]}" : $"({string.Join(", ", numbers)})";

    /// <summary>A number for each of so many axes, none less than <paramref name="least"/>.</summary>
    internal int[] For(Value x, int axes, string function, string what, int least)
    {
        var all = numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], axes)] : numbers;
        if (all.Length != axes) throw x.Graph.Error(function, $"the {what} {this} has {all.Length} numbers, but '{x.Name}' {x.Type} has {axes} spatial axes; give one number for each, or one for all.");
        if (Array.Exists(all, n => n < least)) throw x.Graph.Error(function, $"the {what} {this} must be at least {least}.");
        return all;
    }
}
