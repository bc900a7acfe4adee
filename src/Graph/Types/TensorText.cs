using System.Globalization;
using System.Text;

namespace GraphGrad;

/// <summary>Data as text: nested brackets, six significant digits, aligned columns, the middle of long axes left out.</summary>
internal sealed class TensorText
{
    // Beyond Limit elements an axis shows this many at both of its ends.
    private const int Edge = 3;
    private const int Limit = 1000;

    private readonly TensorData data;
    private readonly StringBuilder text = new();
    private readonly int width;

    private TensorText(TensorData data)
    {
        this.data = data;
        // Columns matter only where there are rows to compare.
        if (data.Extents.Length > 1) width = Shown(axis: 0, offset: 0).Max(index => (int?)Element(index).Length) ?? 0;
        Append(axis: 0, offset: 0);
    }

    public static string Format(TensorData data) => new TensorText(data).text.ToString();

    /// <summary>The first elements on one line.</summary>
    public static string Summary(TensorData data) => Summary(data, most: 8, ", …");

    /// <summary>The first elements on one line, and how many there are if that is more: <c>[1, 2, 3, … (64 elements)]</c>.</summary>
    public static string Brief(TensorData data) => Summary(data, Edge, $", … ({data.Count} elements)");

    private static string Summary(TensorData data, int most, string rest)
    {
        var list = string.Join(", ", Enumerable.Range(0, Math.Min(data.Count, most)).Select(i => Element(data, i)));
        if (data.Count > most) list += rest;
        return data.Extents.Length == 0 ? list : $"[{list}]";
    }

    private static string Element(TensorData data, int index) => data.Elements switch
    {
        float[] a => a[index].ToString("G6", CultureInfo.InvariantCulture),
        double[] a => a[index].ToString("G6", CultureInfo.InvariantCulture),
        int[] a => a[index].ToString(CultureInfo.InvariantCulture),
        long[] a => a[index].ToString(CultureInfo.InvariantCulture),
        var other => ((bool[])other)[index] ? "true" : "false",
    };

    private string Element(int index) => Element(data, index);

    /// <summary>The positions along an axis that are shown, -1 for those left out.</summary>
    private IEnumerable<int> Positions(int axis)
    {
        var extent = data.Extents[axis];
        return data.Count <= Limit || extent <= 2 * Edge
            ? Enumerable.Range(0, extent)
            : [.. Enumerable.Range(0, Edge), -1, .. Enumerable.Range(extent - Edge, Edge)];
    }

    private IEnumerable<int> Shown(int axis, int offset) => axis == data.Extents.Length
        ? [offset]
        : Positions(axis).Where(p => p >= 0).SelectMany(p => Shown(axis + 1, (offset * data.Extents[axis]) + p));

    private void Append(int axis, int offset)
    {
        var rank = data.Extents.Length;
        if (axis == rank)
        {
            text.Append(Element(offset).PadLeft(width));
            return;
        }
        // Rows on lines of their own, a blank line between matrices, indented to stand under their first element.
        var separator = axis == rank - 1 ? ", " : "," + new string('\n', rank - 1 - axis) + new string(' ', axis + 1);
        text.Append('[');
        var first = true;
        foreach (var position in Positions(axis))
        {
            if (!first) text.Append(separator);
            first = false;
            if (position < 0) text.Append('…');
            else Append(axis + 1, (offset * data.Extents[axis]) + position);
        }
        text.Append(']');
    }
}
