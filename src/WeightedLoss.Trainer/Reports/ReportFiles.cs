using System.Text;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Reports;

/// <summary>Writes a report into a folder: the web page, and each picture as a file too.</summary>
internal static class ReportFiles
{
    /// <summary>The name of the page.</summary>
    public const string Page = "report.html";

    /// <summary>Writes all files, the page last.</summary>
    /// <returns>The path of the page.</returns>
    public static string Write(string folder, Report report)
    {
        foreach (var picture in report.Blocks.OfType<Picture>())
        {
            OutputFiles.Write(Path.Combine(folder, $"{picture.Name}.svg"), Encoding.UTF8.GetBytes(picture.Svg.Value));
        }

        var page = Path.Combine(folder, Page);
        OutputFiles.Write(page, HtmlReport.ToBytes(report));
        return page;
    }
}
