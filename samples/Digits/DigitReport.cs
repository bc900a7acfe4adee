using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GraphGrad.Samples;

/// <summary>What a person sees of the trained network.</summary>
internal static class DigitReport
{
    private const int Side = 8, Shown = 8;

    /// <summary>For each digit, how many of its images are read rightly, and what the others are taken for.</summary>
    public static IRenderable AccuracyTable(DigitImages images, long[] predictions)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("digit", "images", "right", "taken for");
        foreach (var group in predictions.Zip(images.Labels, (Read, Digit) => (Read, Digit)).GroupBy(p => p.Digit).OrderBy(g => g.Key))
        {
            var wrong = group.Where(p => p.Read != p.Digit).CountBy(p => p.Read).OrderBy(w => w.Key);
            table.AddRow(
                group.Key.ToString(CultureInfo.InvariantCulture),
                group.Count().ToString(CultureInfo.InvariantCulture),
                group.Average(p => p.Read == p.Digit ? 1.0 : 0.0).ToString("P1", CultureInfo.InvariantCulture),
                string.Join(", ", wrong.Select(w => w.Value == 1 ? $"{w.Key}" : $"{w.Key} ({w.Value} times)")));
        }
        return table;
    }

    /// <summary>Some images side by side, each with what the network reads; wrong ones first, if there are any.</summary>
    public static IRenderable Row(DigitImages images, long[] predictions, IAnsiConsole console)
    {
        var chosen = Enumerable.Range(0, images.Count).OrderBy(i => predictions[i] == images.Labels[i]).Take(2)
            .Concat(Enumerable.Range(0, images.Count)).Distinct().Take(Shown).ToArray();
        var shades = console.Profile.Capabilities is { Ansi: true, ColorSystem: ColorSystem.TrueColor or ColorSystem.EightBit };
        var grid = new Grid();
        foreach (var _ in chosen) grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddRow([.. chosen.Select(i => new Markup(Draw(images.Pixels.AsSpan(i * DigitImages.PixelCount, DigitImages.PixelCount), shades)))]);
        grid.AddRow([.. chosen.Select(i => new Markup(predictions[i] == images.Labels[i]
            ? $"[green]   {predictions[i]}[/]"
            : $"[red]{predictions[i]}, is {images.Labels[i]}[/]"))]);
        return grid;
    }

    /// <summary>Two rows of pixels in a line of text, as upper and lower halves of its characters.</summary>
    private static string Draw(ReadOnlySpan<float> pixels, bool shades)
    {
        var text = new StringBuilder();
        for (var row = 0; row < Side; row += 2)
        {
            for (var column = 0; column < Side; column++)
            {
                var (upper, lower) = (pixels[(row * Side) + column], pixels[((row + 1) * Side) + column]);
                if (shades) text.Append(CultureInfo.InvariantCulture, $"[{Gray(upper)} on {Gray(lower)}]▀[/]");
                else text.Append((upper > 0.5f, lower > 0.5f) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' });
            }
            if (row + 2 < Side) text.Append('\n');
        }
        return text.ToString();
    }

    private static string Gray(float ink)
    {
        var level = (int)(ink * 255);
        return $"#{level:x2}{level:x2}{level:x2}";
    }
}
