using System.Globalization;

namespace WeightedLoss.Trainer.Tests.Experiments;

/// <summary>Reads the tables of a report on a console.</summary>
internal static class ReportTables
{
    /// <summary>The cells of a table by the name of its row; numbers only.</summary>
    /// <param name="text">The console.</param>
    /// <param name="caption">Of the table.</param>
    public static Dictionary<string, double[]> Table(string text, string caption)
    {
        var lines = text[text.IndexOf($"{caption}:", StringComparison.Ordinal)..].ReplaceLineEndings("\n").Split('\n');
        var rows = lines.SkipWhile(line => !line.StartsWith('─')).Skip(3).TakeWhile(line => !line.StartsWith('─'));
        return rows.ToDictionary(
            row => row.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries)[0].Replace(" ◄", "", StringComparison.Ordinal),
            row => row.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1..]
                .Select(cell => double.Parse(
                    cell.Split(' ')[0], NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture))
                .ToArray());
    }

    /// <summary>The row with the mark of the choice.</summary>
    public static string Chosen(string text, string caption) =>
        text[text.IndexOf($"{caption}:", StringComparison.Ordinal)..].Split('\n')
            .First(line => line.Contains('◄', StringComparison.Ordinal))
            .Split('◄')[0].Trim();
}
