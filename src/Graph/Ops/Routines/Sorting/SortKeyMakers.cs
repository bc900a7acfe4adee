namespace GraphGrad.Operations;

/// <summary>Makes keys of elements. Implemented by empty structs, for each of which loops are compiled of their own.</summary>
internal interface IKeyMaker<T, TKey>
{
    /// <summary>The key of an element at a place; with all bits of <paramref name="reversal"/> set, elements order the other way round, and equal ones still by place.</summary>
    static abstract TKey Make(T element, int place, ulong reversal);
}

internal readonly struct FloatKeys : IKeyMaker<float, NarrowKey>
{
    public static NarrowKey Make(float element, int place, ulong reversal) => new(SortKeys.OrderOf(element) ^ (uint)reversal, place);
}

internal readonly struct IntKeys : IKeyMaker<int, NarrowKey>
{
    public static NarrowKey Make(int element, int place, ulong reversal) => new(SortKeys.OrderOf(element) ^ (uint)reversal, place);
}

internal readonly struct BoolKeys : IKeyMaker<byte, NarrowKey>
{
    public static NarrowKey Make(byte element, int place, ulong reversal) => new(element ^ (uint)reversal, place);
}

internal readonly struct DoubleKeys : IKeyMaker<double, WideKey>
{
    public static WideKey Make(double element, int place, ulong reversal) => new(SortKeys.OrderOf(element) ^ reversal, place);
}

internal readonly struct LongKeys : IKeyMaker<long, WideKey>
{
    public static WideKey Make(long element, int place, ulong reversal) => new(SortKeys.OrderOf(element) ^ reversal, place);
}
