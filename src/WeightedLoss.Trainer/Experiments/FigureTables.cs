using WeightedLoss.Trainer.Problems;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>Tables of some groups of figures, a row for each model.</summary>
internal static class FigureTables
{
    /// <summary>A table, or null if there are no figures of the groups.</summary>
    /// <param name="problem">What has the figures.</param>
    /// <param name="groups">The groups to show.</param>
    /// <param name="caption">Of the table.</param>
    /// <param name="names">The heads of the first columns.</param>
    /// <param name="rows">The first cells of each row, and the text of a figure of it by its position.</param>
    /// <param name="marked">The row that was chosen.</param>
    public static ReportTable? Of(
        Problem problem,
        FigureGroup[] groups,
        string caption,
        string[] names,
        IEnumerable<(string[] Names, Func<int, string> Cell)> rows,
        int? marked = null)
    {
        int[] shown = [.. Enumerable.Range(0, problem.Figures.Count).Where(i => groups.Contains(problem.Figures[i].Group))];
        return shown.Length == 0
            ? null
            : new(
                caption,
                [.. names, .. shown.Select(i => problem.Figures[i].Name)],
                [.. rows.Select(row => (string[])[.. row.Names, .. shown.Select(row.Cell)])],
                marked);
    }
}
