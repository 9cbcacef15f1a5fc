using Spectre.Console;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Metrics;

namespace WeightedLoss.Trainer.Output;

/// <summary>The tables at the end of a training on several classes.</summary>
internal static class MulticlassReportView
{
    private const string NoRows = "–";
    private const int LongestName = 20;
    private const int LongestHead = 10;
    private const int MostConfusions = 15;

    /// <summary>Writes the confusion matrices, the figures of each class, and those of all together side by side.</summary>
    /// <param name="console">What is written to.</param>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="rarest">The class to mark.</param>
    /// <param name="isWeighted">Whether rows have weights of their own.</param>
    /// <param name="outcomes">The columns.</param>
    public static void Write(
        IAnsiConsole console, string[] classes, int rarest, bool isWeighted, IReadOnlyCollection<Outcome<MulticlassReport>> outcomes)
    {
        console.WriteLine();
        foreach (var outcome in outcomes)
        {
            WriteConfusion(console, classes, isWeighted, outcome);
        }

        console.WriteLine("Each class, validation rows:");
        console.Write(ClassTable(classes, rarest, isWeighted, outcomes));

        var figures = OutcomeTables.Headed("", null, outcomes);
        if (outcomes.First().Report.Confusion.Support(rarest) != 0)
        {
            figures.AddRow(["recall of the rarest"], outcomes, outcome => $"{outcome.Report.Confusion.Recall(rarest):F4}");
        }

        figures.AddRow(["balanced accuracy"], outcomes, outcome => $"{outcome.Report.Confusion.BalancedAccuracy:F4}");
        figures.AddRow(["macro F1"], outcomes, outcome => $"{outcome.Report.Confusion.MacroF1:F4}");
        figures.AddRow(["accuracy"], outcomes, outcome => $"{outcome.Report.Confusion.Accuracy:F4}");
        figures.AddRow(["log loss"], outcomes, outcome => $"{outcome.Report.LogLoss:F5}");
        figures.AddTimes(outcomes);
        console.Write(figures);
    }

    private static Table ClassTable(string[] classes, int rarest, bool isWeighted, IReadOnlyCollection<Outcome<MulticlassReport>> outcomes)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn(new TableColumn("class").NoWrap());
        table.AddColumn(new TableColumn(isWeighted ? "weight" : "rows").RightAligned().NoWrap());
        foreach (var figure in (string[])["precision", "recall"])
        {
            foreach (var outcome in outcomes)
            {
                table.AddColumn(new TableColumn($"{figure}\n{outcome.Name.EscapeMarkup()}").RightAligned().NoWrap());
            }
        }

        for (var k = 0; k < classes.Length; k++)
        {
            var support = outcomes.First().Report.Confusion.Support(k);
            table.AddRow([
                Shown(classes[k], LongestName) + (k == rarest ? " (rarest)" : ""),
                SampleWeights.Text(support),
                .. outcomes.Select(outcome => $"{outcome.Report.Confusion.Precision(k):F4}"),
                .. outcomes.Select(outcome => support == 0 ? NoRows : $"{outcome.Report.Confusion.Recall(k):F4}"),
            ]);
        }

        return table;
    }

    // The whole matrix where the console has room for it, else what goes wrong most often.
    private static void WriteConfusion(IAnsiConsole console, string[] classes, bool isWeighted, Outcome<MulticlassReport> outcome)
    {
        var matrix = new Table().Border(TableBorder.Rounded);
        matrix.AddColumn(new TableColumn("actual").NoWrap());
        foreach (var name in classes)
        {
            matrix.AddColumn(new TableColumn(Shown(name, LongestHead)).RightAligned().NoWrap());
        }

        for (var actual = 0; actual < classes.Length; actual++)
        {
            matrix.AddRow([
                Shown(classes[actual], LongestHead),
                .. Enumerable.Range(0, classes.Length).Select(predicted => SampleWeights.Text(outcome.Report.Confusion[actual, predicted])),
            ]);
        }

        if (WidthOf(classes, outcome.Report) <= console.Profile.Width)
        {
            var rows = isWeighted ? "weight of the validation rows" : "validation rows";
            console.WriteLine($"{outcome.Name}, {rows} by actual class (down) and predicted class (across):");
            console.Write(matrix);
            return;
        }

        var confusions =
            from actual in Enumerable.Range(0, classes.Length)
            from predicted in Enumerable.Range(0, classes.Length)
            let rows = outcome.Report.Confusion[actual, predicted]
            where actual != predicted && rows != 0
            orderby rows descending
            select (string[])[Shown(classes[actual], LongestName), Shown(classes[predicted], LongestName), SampleWeights.Text(rows)];
        var list = new Table().Border(TableBorder.Rounded);
        list.AddColumn(new TableColumn("actual").NoWrap());
        list.AddColumn(new TableColumn("predicted").NoWrap());
        list.AddColumn(new TableColumn(isWeighted ? "weight" : "rows").RightAligned().NoWrap());
        foreach (var confusion in confusions.Take(MostConfusions))
        {
            list.AddRow(confusion);
        }

        console.WriteLine($"{outcome.Name}, the most frequent confusions of {classes.Length} classes:");
        console.Write(list);
    }

    private static int WidthOf(string[] classes, MulticlassReport report)
    {
        const int Border = 3;
        var names = Array.ConvertAll(classes, name => Math.Min(name.Length, LongestHead));
        var width = 1 + Border + Math.Max("actual".Length, names.Max());
        for (var predicted = 0; predicted < classes.Length; predicted++)
        {
            var digits = Enumerable.Range(0, classes.Length).Max(actual => SampleWeights.Text(report.Confusion[actual, predicted]).Length);
            width += Border + Math.Max(digits, names[predicted]);
        }

        return width;
    }

    private static string Shown(string name, int longest) => Listing.Short(name, longest).EscapeMarkup();
}
