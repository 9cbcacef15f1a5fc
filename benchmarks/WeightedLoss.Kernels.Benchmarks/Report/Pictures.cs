using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>A picture of the report.</summary>
/// <param name="Name">The name of its file, without extension.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Svg">The picture.</param>
internal sealed record Picture(string Name, string Title, string Svg);

/// <summary>The pictures of the report. Times and ratios have logarithmic axes.</summary>
internal static class Pictures
{
    private const int Width = 960, Height = 400, BarsHeight = 440;

    // As on the page around the pictures; letters have fixed places, so that the browser can't choose.
    private const string Font = "DejaVu Sans";

    private static readonly string[] BarPeers = ["libtorch", "native-c", "tensor-primitives", "scalar"];

    // In the order of the legend; the same color everywhere.
    private static readonly (string[] Names, Color Color)[] Curves =
    [
        (["ours"], new Color(31, 95, 191)),
        (["libtorch"], new Color(238, 76, 44)),
        (["libtorch-retained"], new Color(250, 170, 150)),
        (["scalar"], new Color(130, 130, 130)),
        (["tensor-primitives"], new Color(150, 90, 180)),
        (["native-c"], new Color(44, 140, 70)),
        (["libmvec-expf"], new Color(214, 160, 30)),
        (["vector-exp"], new Color(90, 170, 220)),
        (["memory-stream", "copy"], new Color(60, 60, 60)),
    ];

    private static readonly Color[] RunColors =
    [
        new Color(31, 95, 191), new Color(238, 138, 44), new Color(44, 140, 70),
        new Color(150, 90, 180), new Color(200, 60, 80), new Color(90, 170, 180),
    ];

    /// <summary>All pictures that the results have the figures for.</summary>
    public static IReadOnlyList<Picture> Of(MergedResults results) =>
    [
        .. BarPeers.Select(peer => RatioBars(results, peer)).OfType<Picture>(),
        .. results.Runs.SelectMany(run => new[] { ClassCounts(results, run), Sizes(results, run) }).OfType<Picture>(),
        .. InstructionSets(results) is { } sets ? [sets] : (Picture[])[],
        .. SmallClassCounts(results) is { } small ? [small] : (Picture[])[],
    ];

    private static Picture? RatioBars(MergedResults results, string peer)
    {
        var title = $"{DisplayName.OfContender(peer)}: its time divided by ours";
        return Bars(results, $"ratio-{peer}", title, "× ours", (run, @case) =>
            Headlines.RowsOf(run, @case).FirstOrDefault(row => row.Contender == peer)?.RatioToOurs, "0.0");
    }

    private static Picture? InstructionSets(MergedResults results) =>
        Bars(results, "instruction-sets", "Ours on each instruction set", "ns per logit", (run, @case) =>
            Headlines.RowsOf(run, @case).FirstOrDefault(row => row.IsOurs)?.NsPerElement, "0.00");

    /// <summary>A group of bars for each case, in it one for each run.</summary>
    private static Picture? Bars(
        MergedResults results, string name, string title, string axis, Func<RunResult, BenchmarkCase, double?> valueOf, string format)
    {
        var cases = Headlines.All.Where(@case => results.Runs.Any(run => valueOf(run, @case) is not null)).ToArray();
        if (cases.Length == 0)
        {
            return null;
        }

        var values = results.Runs.SelectMany(run => cases.Select(@case => valueOf(run, @case))).OfType<double>().ToArray();

        // Bars begin at 1 where 1 means equal, else at the bottom; the axis is shifted so that this is 0, or labels would go below the bar.
        var isRatio = axis == "× ours";
        var (bottom, top) = (Math.Log10(isRatio && values.Min() >= 1 ? 1 / 1.1 : values.Min() / 1.5), Math.Log10(values.Max() * 1.5));
        var start = isRatio ? 0 : bottom;
        (bottom, top) = (bottom - start, top - start);
        using var plot = NewPlot(title, axis);
        var width = 0.8 / results.Runs.Count;
        for (var r = 0; r < results.Runs.Count; r++)
        {
            var run = results.Runs[r];
            var color = RunColors[r % RunColors.Length];
            var bars =
                from i in Enumerable.Range(0, cases.Length)
                let known = valueOf(run, cases[i])
                where known is not null
                let value = known.Value
                select new Bar
                {
                    Position = i + ((r - ((results.Runs.Count - 1) / 2.0)) * width),
                    Value = Math.Log10(value) - start,
                    Size = width * 0.92,
                    FillColor = color,
                    LineWidth = 0,
                    Label = results.Runs.Count <= 2 ? value.ToString(value >= 10 ? "0" : format, CultureInfo.InvariantCulture) : "",
                };
            var added = plot.Add.Bars(bars.ToArray());
            added.LegendText = results.NameOf(run);
            added.ValueLabelStyle.FontSize = 10;
        }

        if (isRatio)
        {
            plot.Add.HorizontalLine(0, 1, Colors.Black);
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. cases.Select((_, i) => (double)i)], [.. cases.Select(DisplayName.Of)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.Rotation = -45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
        plot.Axes.Bottom.MinimumSize = 120;
        plot.Axes.Left.TickGenerator = LogTicks(bottom, top, start);
        plot.Axes.SetLimits(-0.7, cases.Length - 0.3, bottom, top);
        plot.ShowLegend(Edge.Bottom);
        return new(name, title, plot.GetSvgXml(Width, BarsHeight));
    }

    private static Picture? ClassCounts(MergedResults results, RunResult run)
    {
        var rows = Headlines.CrossEntropy.Where(@case => @case.Type == "f32").SelectMany(@case => Headlines.RowsOf(run, @case)).ToArray();
        var title = $"Cross-entropy against the number of classes: float, about 65,536 logits, {results.NameOf(run)}";
        return Lines($"classes-{Slug(run)}", title, "classes", rows, row => row.Classes, []);
    }

    private static Picture? Sizes(MergedResults results, RunResult run)
    {
        var rows = run.Rows.Where(row => row is { Loss: "bce", Type: "f32", Labels: "hard", Threads: 1, Gradient: true }).ToArray();
        var steps = rows.Length == 0
            ? []
            : run.Caches.Select(cache =>
                (cache.Bytes / rows[0].Case.BytesPerLogit, $"L{cache.Level}, {MachineEnvironment.SizeText(cache.Bytes)}")).ToArray();
        var title = $"Binary cross-entropy against size: float, hard labels, {results.NameOf(run)}";
        const string Axis = "logits (vertical lines: where logits, labels and gradient outgrow a cache)";
        return Lines($"sizes-{Slug(run)}", title, Axis, rows, row => row.N, steps);
    }

    private static Picture? SmallClassCounts(MergedResults results)
    {
        var runs = results.Runs.Where(run => run.Curve is not null).ToArray();
        if (runs.Length == 0)
        {
            return null;
        }

        const string Title = "Cross-entropy for every small number of classes: float, ours";
        using var plot = NewPlot(Title, "ns per logit");
        foreach (var run in runs)
        {
            var color = RunColors[results.Runs.ToList().IndexOf(run) % RunColors.Length];
            Add(
                plot,
                results.NameOf(run),
                color,
                [.. run.Curve!.Select(point => ((double)point.Classes, point.NsPerElement))],
                isLimit: false);
            Add(
                plot,
                $"{results.NameOf(run)}, libmvec's exp alone",
                color,
                [.. run.Curve!.Where(point => point.ExpNsPerElement is not null).Select(
                    point => ((double)point.Classes, point.ExpNsPerElement!.Value))],
                isLimit: true);
        }

        plot.XLabel("classes", size: 12);
        plot.Axes.SetLimits(0, runs.Max(run => run.Curve!.Max(point => point.Classes)) + 2, 0, 1.2 * runs.Max(
            run => run.Curve!.Max(point => point.NsPerElement)));
        plot.ShowLegend(Edge.Bottom);
        return new("classes-2-to-64", Title, plot.GetSvgXml(Width, Height));
    }

    /// <summary>A line for each contender, with logarithmic axes.</summary>
    private static Picture? Lines(
        string name, string title, string axis, CompareRow[] rows, Func<CompareRow, double> x, IReadOnlyList<(double At, string Text)> steps)
    {
        if (rows.Select(x).Distinct().Count() < 2)
        {
            return null;
        }

        using var plot = NewPlot(title, "ns per logit");
        var shown = new List<CompareRow>();
        foreach (var (names, color) in Curves)
        {
            var points = rows.Where(row => names.Contains(row.Contender) && (row.Contender != Ours.Name || row.IsOurs)).OrderBy(x).ToArray();
            shown.AddRange(points);
            var isLimit = names[0] is "memory-stream" or "vector-exp" or "libmvec-expf";
            Add(
                plot,
                DisplayName.OfContender(names[0]),
                color,
                [.. points.Select(row => (Math.Log10(x(row)), Math.Log10(row.NsPerElement)))],
                isLimit);
        }

        var (left, right) = (Math.Log10(rows.Min(x)), Math.Log10(rows.Max(x)));
        var (bottom, top) = (Math.Log10(shown.Min(row => row.NsPerElement) / 1.5), Math.Log10(shown.Max(row => row.NsPerElement) * 1.5));
        foreach (var (at, text) in steps.Where(step => Math.Log10(step.At) < right))
        {
            plot.Add.VerticalLine(Math.Log10(at), 1, Colors.Silver);
            var label = plot.Add.Text(text, Math.Log10(at) + 0.03, top - (0.02 * (top - bottom)));
            label.LabelFontSize = 11;
            label.LabelFontColor = Colors.DimGray;
            label.Alignment = Alignment.UpperLeft;
        }

        plot.XLabel(axis, size: 12);
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. rows.Select(x).Distinct().Select(value => Math.Log10(value))],
            [.. rows.Select(x).Distinct().Select(value => value.ToString("N0", CultureInfo.InvariantCulture))]);
        plot.Axes.Left.TickGenerator = LogTicks(bottom, top, start: 0);
        plot.Axes.SetLimits(left - 0.1, right + 0.1, bottom, top);
        plot.ShowLegend(Edge.Right);
        return new(name, title, plot.GetSvgXml(Width, Height));
    }

    private static Plot NewPlot(string title, string axis)
    {
        var plot = new Plot();
        plot.Font.Set(Font);
        plot.Title(title, size: 14);
        plot.YLabel(axis, size: 12);
        plot.Legend.FontSize = 12;
        return plot;
    }

    private static void Add(Plot plot, string name, Color color, (double X, double Y)[] points, bool isLimit)
    {
        if (points.Length == 0)
        {
            return;
        }

        var scatter = plot.Add.Scatter(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray(), color);
        scatter.LegendText = name;
        scatter.LineWidth = isLimit ? 1 : name == Ours.Name ? 3 : 2;
        scatter.MarkerSize = isLimit ? 0 : 5;
    }

    /// <summary>Ticks at round numbers, so many as suit the range.</summary>
    private static NumericManual LogTicks(double bottom, double top, double start)
    {
        double[] factors = top - bottom < 1.2 ? [1, 1.5, 2, 3, 4, 5, 7] : [1, 2, 5];
        var ticks =
            from power in Enumerable.Range((int)Math.Floor(bottom + start), (int)Math.Ceiling(top - bottom) + 2)
            from factor in factors
            let value = factor * Math.Pow(10, power)
            where Math.Log10(value) - start >= bottom && Math.Log10(value) - start <= top
            select value;
        return new NumericManual(
            [.. ticks.Select(value => Math.Log10(value) - start)], [.. ticks.Select(
                value => value.ToString("0.######", CultureInfo.InvariantCulture))]);
    }

    private static string Slug(RunResult run) =>
        string.Concat(
            $"{run.Cpu} {run.InstructionSet}".ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'))
            .Replace("--", "-", StringComparison.Ordinal).Trim('-');
}
