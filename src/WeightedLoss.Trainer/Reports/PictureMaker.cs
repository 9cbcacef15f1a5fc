using System.Globalization;
using System.Text.RegularExpressions;
using ScottPlot;

namespace WeightedLoss.Trainer.Reports;

/// <summary>Draws the pictures of the reports.</summary>
internal static partial class PictureMaker
{
    private const int Width = 800;
    private const int Height = 440;

    private const string Font = "DejaVu Sans";

    // Enough for an eye, and few enough for a small file.
    private const int MostPoints = 250;

    /// <summary>Lines over the points of a grid, as far apart as their numbers are in order.</summary>
    /// <param name="name">Of the picture.</param>
    /// <param name="caption">Of the picture.</param>
    /// <param name="xLabel">What the grid is of.</param>
    /// <param name="grid">The points.</param>
    /// <param name="lines">For each line a value in [0, 1] for each point.</param>
    /// <param name="right">A line with an axis of its own on the right side; null for none.</param>
    /// <param name="chosen">The point that was chosen; null for none.</param>
    public static Picture Grid(
        string name,
        string caption,
        string xLabel,
        IReadOnlyList<float> grid,
        IReadOnlyList<(string Name, double[] Values)> lines,
        (string Name, double[] Values)? right,
        int? chosen) => Drawn(name, caption, xLabel, "", plot =>
    {
        var xs = Generate.Consecutive(grid.Count);
        foreach (var line in lines)
        {
            AddLine(plot, line.Name, xs, line.Values);
        }

        if (right is { } cost)
        {
            var line = AddLine(plot, $"{cost.Name} (right)", xs, cost.Values);
            line.Axes.YAxis = plot.Axes.Right;
            line.LineColor = line.MarkerColor = Colors.Black;
            plot.Axes.Right.Label.Text = cost.Name;
            plot.Axes.Right.Label.FontSize = 13;
            plot.Axes.SetLimitsY(0, 1.05 * Math.Max(1e-9, cost.Values.Max()), plot.Axes.Right);
        }

        if (chosen is { } point)
        {
            var mark = plot.Add.VerticalLine(point);
            mark.LineColor = Colors.Gray;
            mark.LineWidth = 1;
            mark.LegendText = "chosen";
        }

        plot.Axes.Bottom.SetTicks(xs, [.. grid.Select(value => value.ToString("G4", CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(-0.25, grid.Count - 0.75, 0, 1.05);
    });

    /// <summary>Precision over recall.</summary>
    public static Picture PrecisionRecall(IReadOnlyList<(string Name, ThresholdCurve<float> Curve)> curves) => Drawn(
        "precision-recall", "Precision over recall, at all thresholds", "recall", "precision", plot =>
    {
        foreach (var (name, curve) in curves)
        {
            var (recalls, precisions) = (curve.Recalls(), curve.Precisions());
            var points = Thinned(recalls);
            var line = AddLine(
                plot,
                $"{name}: AP {curve.Scores.AveragePrecision.ToString("F3", CultureInfo.InvariantCulture)}",
                [.. points.Select(i => recalls[i])],
                [.. points.Select(i => precisions[i])]);
            line.MarkerSize = 0;
        }

        plot.Axes.SetLimits(0, 1.01, 0, 1.03);
    });

    /// <summary>How often what is foretold comes, over its probability.</summary>
    public static Picture Reliability(string xLabel, string yLabel, IReadOnlyList<(string Name, ReliabilityCurve Curve)> curves) => Drawn(
        "reliability", "Reliability: calibrated probabilities lie on the diagonal", xLabel, yLabel, plot =>
    {
        foreach (var (name, curve) in curves)
        {
            var bins = curve.Bins.ToArray();
            AddLine(
                plot,
                $"{name}: ECE {curve.ExpectedCalibrationError.ToString("F4", CultureInfo.InvariantCulture)}",
                [.. bins.Select(bin => bin.MeanProbability)],
                [.. bins.Select(bin => bin.PositiveRate)]);
        }

        var ideal = plot.Add.Line(0, 0, 1, 1);
        ideal.LineColor = Colors.Gray;
        ideal.LineWidth = 1;
        plot.Axes.SetLimits(0, 1.01, 0, 1.03);
    });

    /// <summary>Lines over categories.</summary>
    public static Picture Categories(
        string name, string caption, string[] categories, IReadOnlyList<(string Name, double[] Values)> lines) => Drawn(
        name, caption, "class", "", plot =>
    {
        var xs = Generate.Consecutive(categories.Length);
        foreach (var line in lines)
        {
            AddLine(plot, line.Name, xs, line.Values);
        }

        plot.Axes.Bottom.SetTicks(xs, categories);
        plot.Axes.SetLimits(-0.25, categories.Length - 0.75, 0, 1.05);
    });

    private static Picture Drawn(string name, string caption, string xLabel, string yLabel, Action<Plot> draw) =>
        new(name, caption, new(() =>
    {
        using var plot = new Plot();
        plot.Font.Set(Font);
        plot.XLabel(xLabel, size: 13);
        plot.YLabel(yLabel, size: 13);
        draw(plot);
        plot.ShowLegend(Edge.Right);
        return ToSvg(plot, name);
    }));

    private static ScottPlot.Plottables.Scatter AddLine(Plot plot, string name, double[] xs, double[] ys)
    {
        var line = plot.Add.Scatter(xs, ys);
        line.LegendText = name;
        line.LineWidth = 2;
        line.MarkerSize = 5;
        return line;
    }

    // Points at nearly equal distances along the recall, and the last one.
    private static List<int> Thinned(double[] recalls)
    {
        var points = new List<int>();
        for (var i = 0; i < recalls.Length; i++)
        {
            if (points.Count == 0 || i == recalls.Length - 1 || recalls[i] - recalls[points[^1]] >= 1.0 / MostPoints)
            {
                points.Add(i);
            }
        }

        return points;
    }

    // The ids of several pictures in one page must differ and must not depend on what was drawn before; a picture must be able to grow
    // with the page.
    private static string ToSvg(Plot plot, string name)
    {
        var svg = plot.GetSvgXml(Width, Height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];
        foreach (var (number, id) in IdDefinition().Matches(svg).Select(match => match.Groups[1].Value).Index())
        {
            svg = svg.Replace($"id=\"{id}\"", $"id=\"{name}-{number}\"", StringComparison.Ordinal)
                .Replace($"#{id})", $"#{name}-{number})", StringComparison.Ordinal)
                .Replace($"\"#{id}\"", $"\"#{name}-{number}\"", StringComparison.Ordinal);
        }

        svg = FontFamily().Replace(svg, $"font-family=\"{Font}, Verdana, sans-serif\"");
        svg = svg.Insert("<svg".Length, $" viewBox=\"0 0 {Width} {Height}\"");
        return svg.ReplaceLineEndings("\n").TrimEnd() + "\n";
    }

    [GeneratedRegex("\\bid=\"([^\"]*)\"")]
    private static partial Regex IdDefinition();

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();
}
