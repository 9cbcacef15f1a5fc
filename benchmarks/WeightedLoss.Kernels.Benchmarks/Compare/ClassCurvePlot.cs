using ScottPlot;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>The curve as a picture.</summary>
internal static class ClassCurvePlot
{
    private const int Width = 800;
    private const int Height = 400;

    /// <summary>Writes an SVG file.</summary>
    public static void Save(IReadOnlyList<ClassCurvePoint> points, string path)
    {
        using var plot = new Plot();
        Add(plot, "ours: loss and gradient", Colors.C0, points.Select(point => (point.Classes, (double?)point.NsPerElement)));
        Add(plot, "libmvec: expf alone", Colors.C1, points.Select(point => (point.Classes, point.ExpNsPerElement)));
        plot.Title($"Cross-entropy, float, {InstructionSetName.OfOurs}: {MachineEnvironment.CpuModel}", size: 14);
        plot.XLabel("classes", size: 12);
        plot.YLabel("ns per logit", size: 12);
        plot.Axes.SetLimits(
            left: 0,
            right: points.Max(point => point.Classes) + 2,
            bottom: 0,
            top: 1.15 * points.Max(point => Math.Max(point.NsPerElement, point.ExpNsPerElement ?? 0)));
        plot.ShowLegend(Alignment.UpperRight);
        plot.SaveSvg(path, Width, Height);
    }

    private static void Add(Plot plot, string name, Color color, IEnumerable<(int Classes, double? Time)> curve)
    {
        var known = curve.Where(point => point.Time is not null).ToArray();
        if (known.Length == 0)
        {
            return;
        }

        var scatter = plot.Add.Scatter(
            known.Select(point => (double)point.Classes).ToArray(), known.Select(point => point.Time!.Value).ToArray(), color);
        scatter.LegendText = name;
        scatter.LineWidth = 2;
        scatter.MarkerSize = 4;
    }
}
