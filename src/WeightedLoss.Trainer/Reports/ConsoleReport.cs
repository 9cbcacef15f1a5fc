using Spectre.Console;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Reports;

/// <summary>A report as text.</summary>
internal static class ConsoleReport
{
    /// <summary>Writes all blocks but the pictures.</summary>
    public static void Write(IAnsiConsole console, Report report)
    {
        console.WriteLine();
        console.WritePlain(report.Title);
        foreach (var block in report.Blocks)
        {
            switch (block)
            {
                case ReportText text:
                    console.WriteLine();
                    console.Write(new Text(text.Text));
                    console.WriteLine();
                    break;
                case ReportTable table:
                    console.WriteLine();
                    console.WritePlain($"{table.Caption}:");
                    console.Write(TableOf(table));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Writes tables with frames.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<ReportTable> tables)
    {
        foreach (var table in tables)
        {
            if (table.Caption.Length != 0)
            {
                console.WriteLine($"{table.Caption}:");
            }

            console.Write(FramedTableOf(table));
        }
    }

    private static Table FramedTableOf(ReportTable report)
    {
        var table = new Table().Border(TableBorder.Rounded);
        for (var i = 0; i < report.Head.Length; i++)
        {
            var column = new TableColumn(report.Head[i].EscapeMarkup()).NoWrap();
            table.AddColumn(i < report.TextColumns ? column : column.RightAligned());
        }

        foreach (var row in report.Rows)
        {
            table.AddRow(Array.ConvertAll(row, cell => cell.EscapeMarkup()));
        }

        return table;
    }

    // Without lines between the columns, so that the columns of a sweep fit 80 characters.
    private static Table TableOf(ReportTable report)
    {
        var table = new Table().Border(TableBorder.Horizontal);
        for (var i = 0; i < report.Head.Length; i++)
        {
            var column = new TableColumn(report.Head[i].EscapeMarkup()).Padding(0, 0, i == report.Head.Length - 1 ? 0 : 1, 0);
            table.AddColumn(i == 0 ? column : column.RightAligned().NoWrap());
        }

        for (var i = 0; i < report.Rows.Count; i++)
        {
            var isMarked = i == report.Marked;
            table.AddRow([.. report.Rows[i].Select((cell, j) =>
                new Markup((isMarked && j == 0 ? $"{cell} ◄" : cell).EscapeMarkup(), isMarked ? new(decoration: Decoration.Bold) : null))]);
        }

        return table;
    }
}
