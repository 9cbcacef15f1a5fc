using Spectre.Console;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Tests.Reports;

public sealed class ConsoleReportTests
{
    [Fact]
    public void Write_ReportWithPicture_DoesNotDrawIt()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(text) });
        var picture = new Picture("p", "A picture", new(() => "<svg></svg>\n"));
        var report = new Report("Title", [picture, new ReportTable("Figures", ["model", "AP"], [["weighted", "0.5"]])]);

        ConsoleReport.Write(console, report);
        Assert.Contains("weighted", text.ToString(), StringComparison.Ordinal);
        Assert.False(picture.Svg.IsValueCreated);

        HtmlReport.ToBytes(report);
        Assert.True(picture.Svg.IsValueCreated);
    }
}
