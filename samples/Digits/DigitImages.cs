using System.Globalization;
using System.IO.Compression;

namespace GraphGrad.Samples;

/// <summary>Images of handwritten digits: 64 pixels from 0 (white) to 1 (black) each, and what they show.</summary>
/// <param name="Pixels">Row after row of all images.</param>
/// <param name="Labels">The digits.</param>
internal sealed record DigitImages(float[] Pixels, int[] Labels)
{
    public const int PixelCount = 64;

    public int Count => Labels.Length;

    /// <summary>The data set, every fifth row (0, 5, 10, …) set apart for testing.</summary>
    public static (DigitImages Training, DigitImages Test) Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "digits.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var rows = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (Parse(rows.Where((_, i) => i % 5 != 0)), Parse(rows.Where((_, i) => i % 5 == 0)));
    }

    /// <summary>The images of a batch, in the given order.</summary>
    public (TensorData Pixels, TensorData Labels) Batch(ReadOnlySpan<int> rows)
    {
        var pixels = new float[rows.Length * PixelCount];
        var labels = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            Pixels.AsSpan(rows[i] * PixelCount, PixelCount).CopyTo(pixels.AsSpan(i * PixelCount));
            labels[i] = Labels[rows[i]];
        }
        return (TensorData.Create<float>(pixels, rows.Length, PixelCount), TensorData.FromArray(labels));
    }

    /// <summary>All images in order.</summary>
    public (TensorData Pixels, TensorData Labels) All() => Batch([.. Enumerable.Range(0, Count)]);

    private static DigitImages Parse(IEnumerable<string> rows)
    {
        var numbers = rows.Select(row => row.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        return new DigitImages(
            [.. numbers.SelectMany(row => row.Take(PixelCount)).Select(pixel => pixel / 16f)],
            [.. numbers.Select(row => row[PixelCount])]);
    }
}
