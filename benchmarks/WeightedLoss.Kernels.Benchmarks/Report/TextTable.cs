using System.Net;
using System.Text;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>A table that becomes Markdown or HTML.</summary>
/// <param name="Columns">The heads. The first <paramref name="TextColumns"/> hold text, the others numbers.</param>
/// <param name="TextColumns">The number of columns that are aligned to the left.</param>
/// <param name="Rows">The cells.</param>
internal sealed record TextTable(IReadOnlyList<string> Columns, int TextColumns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        AppendLine(Columns);
        AppendLine([.. Columns.Select((_, i) => i < TextColumns ? "---" : "--:")]);
        foreach (var row in Rows)
        {
            AppendLine(row);
        }

        return text.ToString();

        void AppendLine(IReadOnlyList<string> cells) =>
            text.Append('|').AppendJoin('|', cells.Select(cell => cell.Length == 0 ? " " : $" {cell} ")).Append("|\n");
    }

    public string ToHtml()
    {
        var text = new StringBuilder("<div class=\"table\"><table>\n<tr>");
        for (var i = 0; i < Columns.Count; i++)
        {
            text.Append($"<th{Class(i)}>{WebUtility.HtmlEncode(Columns[i])}</th>");
        }

        foreach (var row in Rows)
        {
            text.Append("</tr>\n<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                text.Append($"<td{Class(i)}>{WebUtility.HtmlEncode(row[i])}</td>");
            }
        }

        return text.Append("</tr>\n</table></div>\n").ToString();

        string Class(int column) => column < TextColumns ? "" : " class=\"number\"";
    }
}
