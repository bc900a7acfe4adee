using System.Globalization;
using System.Text;

namespace GraphGrad.Samples.Drawing;

/// <summary>A chart of curves, points and contour lines over two linear or logarithmic axes, written as SVG.</summary>
internal sealed class Chart(string title, string xLabel, string yLabel)
{
    private const int Left = 72, Right = 24, Top = 56, Bottom = 56;

    // Okabe and Ito's colours, which colour-blind readers tell apart too.
    private static readonly string[] Palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#333333"];

    private readonly List<Series> series = [];
    private readonly List<(double[] Levels, Func<double, double, double> Height)> contours = [];
    private readonly List<(double X, double Y, string Text)> marks = [];

    public int Width { get; init; } = 760;

    public int Height { get; init; } = 460;

    public bool LogY { get; init; }

    /// <summary>The visible range of x; that of the data if not given.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>The visible range of y; that of the data if not given.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>A curve through points, with dots on them if asked for.</summary>
    public Chart Line(string name, IReadOnlyList<(double X, double Y)> points, bool dots = false)
    {
        series.Add(new Series(name, points, Palette[series.Count % Palette.Length], dots));
        return this;
    }

    /// <summary>Lines of equal height of a surface.</summary>
    public Chart Contours(Func<double, double, double> height, params double[] levels)
    {
        contours.Add((levels, height));
        return this;
    }

    /// <summary>A labelled cross.</summary>
    public Chart Mark(double x, double y, string text)
    {
        marks.Add((x, y, text));
        return this;
    }

    public string ToSvg()
    {
        var x = new Axis(XRange ?? Range(series.SelectMany(s => s.Points).Select(p => p.X)), Left, Width - Right, log: false);
        var y = new Axis(YRange ?? Range(series.SelectMany(s => s.Points).Select(p => p.Y)), Height - Bottom, Top, LogY);
        var svg = new StringBuilder();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#333">""");
        Append(svg, $"""<rect width="{Width}" height="{Height}" fill="#fff"/>""");
        Append(svg, $"""<text x="{Left}" y="26" font-size="16" font-weight="bold">{Escape(title)}</text>""");
        AppendAxes(svg, x, y);
        Append(svg, $"""<clipPath id="plot"><rect x="{Left}" y="{Top}" width="{Width - Left - Right}" height="{Height - Top - Bottom}"/></clipPath>""");
        svg.Append("<g clip-path=\"url(#plot)\">\n");
        foreach (var (levels, height) in contours) AppendContours(svg, x, y, levels, height);
        foreach (var s in series) AppendSeries(svg, x, y, s);
        svg.Append("</g>\n");
        foreach (var (markX, markY, text) in marks)
        {
            var (px, py) = (x.Place(markX), y.Place(markY));
            Append(svg, $"""<path d="M{px - 5:F1} {py - 5:F1}l10 10m0 -10l-10 10" stroke="#333" stroke-width="1.6"/><text x="{px + 8:F1}" y="{py - 7:F1}" font-size="11" stroke="#fff" stroke-width="3" paint-order="stroke">{Escape(text)}</text>""");
        }
        AppendLegend(svg);
        return svg.Append("</svg>\n").ToString();
    }

    private void AppendAxes(StringBuilder svg, Axis x, Axis y)
    {
        foreach (var tick in x.Ticks)
        {
            Append(svg, $"""<path d="M{x.Place(tick):F1} {Top}V{Height - Bottom}" stroke="#e6e6e6"/>""");
            Append(svg, $"""<text x="{x.Place(tick):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{x.Text(tick)}</text>""");
        }
        foreach (var tick in y.Ticks)
        {
            Append(svg, $"""<path d="M{Left} {y.Place(tick):F1}H{Width - Right}" stroke="#e6e6e6"/>""");
            Append(svg, $"""<text x="{Left - 8}" y="{y.Place(tick) + 4:F1}" text-anchor="end">{y.Text(tick)}</text>""");
        }
        Append(svg, $"""<path d="M{Left} {Top}V{Height - Bottom}H{Width - Right}" fill="none" stroke="#888"/>""");
        Append(svg, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 14}" text-anchor="middle">{Escape(xLabel)}</text>""");
        Append(svg, $"""<text transform="translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">{Escape(yLabel)}</text>""");
    }

    private void AppendContours(StringBuilder svg, Axis x, Axis y, double[] levels, Func<double, double, double> height)
    {
        for (var i = 0; i < levels.Length; i++)
        {
            var shade = levels.Length == 1 ? 0.5 : (double)i / (levels.Length - 1);
            var path = new StringBuilder();
            foreach (var (from, to) in ContourLines.Trace(height, levels[i], (x.Low, x.High), (y.Low, y.High)))
                Append(path, $"M{x.Place(from.X):F1} {y.Place(from.Y):F1}L{x.Place(to.X):F1} {y.Place(to.Y):F1}");
            Append(svg, $"""<path d="{path.Replace("\n", string.Empty)}" fill="none" stroke="hsl(215 {35 - (15 * shade):F0}% {62 + (22 * shade):F0}%)"/>""");
        }
    }

    private static void AppendSeries(StringBuilder svg, Axis x, Axis y, Series s)
    {
        // Steps that do not leave their pixel would only make the file larger.
        var path = new List<string>();
        foreach (var (px, py) in s.Points)
        {
            var point = string.Create(CultureInfo.InvariantCulture, $"{x.Place(px):F1},{y.Place(py):F1}");
            if (path.Count == 0 || path[^1] != point) path.Add(point);
        }
        Append(svg, $"""<polyline points="{string.Join(' ', path)}" fill="none" stroke="{s.Color}" stroke-width="2" stroke-linejoin="round"/>""");
        if (!s.Dots) return;
        foreach (var (px, py) in s.Points)
            Append(svg, $"""<circle cx="{x.Place(px):F1}" cy="{y.Place(py):F1}" r="3.5" fill="{s.Color}" stroke="#fff"/>""");
    }

    private void AppendLegend(StringBuilder svg)
    {
        var at = (double)Left;
        foreach (var s in series.Where(s => s.Name.Length > 0))
        {
            Append(svg, $"""<path d="M{at:F0} 43h16" stroke="{s.Color}" stroke-width="3"/><text x="{at + 21:F0}" y="47">{Escape(s.Name)}</text>""");
            at += 44 + (7.4 * s.Name.Length);
        }
    }

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        return low < high ? (low, high) : (low - 1, high + 1);
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, bool Dots);
}
