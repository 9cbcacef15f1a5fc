using System.Net;
using System.Text;

namespace WeightedLoss.Trainer.Reports;

/// <summary>A report as one web page that needs no other file.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light; }
        body { font: 15px/1.5 system-ui, sans-serif; color: #1d2530; background: #f4f5f7; margin: 0; }
        main { max-width: 980px; margin: 0 auto; padding: 2rem 2.5rem 3rem; background: #fff; }
        h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 1rem; }
        p { max-width: 46rem; }
        figure { margin: 1.8rem 0; overflow-x: auto; }
        figcaption { font-weight: 600; margin-bottom: .5rem; }
        figure svg { display: block; width: 100%; height: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid #e3e6ea; }
        th { border-bottom: 2px solid #aab2bd; }
        th:first-child, td:first-child { text-align: left; padding-left: .25rem; }
        tr.marked td { background: #fff3cf; font-weight: 600; }
        """;

    /// <summary>The bytes of the file; the same report gives the same ones.</summary>
    public static byte[] ToBytes(Report report)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(
                $"<title>{Escaped(report.Title)}</title>\n<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n<main>\n")
            .Append($"<h1>{Escaped(report.Title)}</h1>\n");
        foreach (var block in report.Blocks)
        {
            switch (block)
            {
                case ReportText text:
                    html.Append($"<p>{Escaped(text.Text)}</p>\n");
                    break;
                case ReportTable table:
                    Append(html, table);
                    break;
                case Picture picture:
                    html.Append($"<figure>\n<figcaption>{Escaped(picture.Caption)}</figcaption>\n{picture.Svg.Value}</figure>\n");
                    break;
                default:
                    throw new NotSupportedException($"There is no way to show {block.GetType()}.");
            }
        }

        return Encoding.UTF8.GetBytes(html.Append("</main>\n</body>\n</html>\n").ToString());
    }

    private static void Append(StringBuilder html, ReportTable table)
    {
        html.Append($"<figure>\n<figcaption>{Escaped(table.Caption)}</figcaption>\n<table>\n<thead><tr>");
        foreach (var head in table.Head)
        {
            html.Append($"<th>{Escaped(head)}</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        for (var i = 0; i < table.Rows.Count; i++)
        {
            html.Append(i == table.Marked ? "<tr class=\"marked\">" : "<tr>");
            foreach (var cell in table.Rows[i])
            {
                html.Append($"<td>{Escaped(cell)}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</figure>\n");
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
