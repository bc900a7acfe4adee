using System.Text;

namespace GraphGrad.Printing;

/// <summary>Rows of text under a header, in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    public static string Of(string[] header, string[][] rows)
    {
        var widths = header.Select((title, column) => rows.Select(r => r[column].Length).Append(title.Length).Max()).ToArray();
        var text = new StringBuilder();
        Append(header);
        Append([.. widths.Select(w => new string('-', w))]);
        foreach (var row in rows) Append(row);
        return text.ToString();

        void Append(string[] cells) =>
            text.AppendLine(string.Join(Gap, cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
