namespace WeightedLoss.Trainer.Reports;

/// <summary>What an experiment found, in the order to read it in; a console and a web page show the same.</summary>
/// <param name="Title">At the top.</param>
/// <param name="Blocks">All else.</param>
internal sealed record Report(string Title, IReadOnlyList<ReportBlock> Blocks);

/// <summary>A part of a report.</summary>
internal abstract record ReportBlock;

/// <summary>A few sentences.</summary>
internal sealed record ReportText(string Text) : ReportBlock;

/// <summary>A table.</summary>
/// <param name="Caption">What it shows; empty where that is plain.</param>
/// <param name="Head">The heads of the columns.</param>
/// <param name="Rows">The cells.</param>
/// <param name="Marked">The row that was chosen; null for none.</param>
/// <param name="TextColumns">So many columns at the left hold names, all others numbers.</param>
internal sealed record ReportTable(
    string Caption, string[] Head, IReadOnlyList<string[]> Rows, int? Marked = null, int TextColumns = 1) : ReportBlock;

/// <summary>A picture, which a console leaves out.</summary>
/// <param name="Name">The name of its file, without extension.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Svg">The picture, drawn when it is first asked for: a console need not wait for it.</param>
internal sealed record Picture(string Name, string Caption, Lazy<string> Svg) : ReportBlock;
