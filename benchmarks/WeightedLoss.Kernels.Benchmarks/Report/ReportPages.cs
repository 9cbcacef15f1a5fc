using System.Net;
using System.Text;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>The report as one page that needs no other file, and as Markdown beside its pictures.</summary>
internal static class ReportPages
{
    private const string Title = "WeightedLoss.Kernels: how fast, on what";

    private const string Introduction =
        "Loss and gradient of weighted losses by this library, beside LibTorch, ML.NET, System.Numerics.Tensors, loops in C# and loops in C. All "
        + "contenders compute the same case from the same arrays, are checked against ours, and are timed in turns in one process for each "
        + "instruction set; figures are medians over these rounds, in CPU time on one thread and in wall time on several.";

    private const string Style = """
        :root { --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; --head: #f3f5f8; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1200px; padding: 32px 24px 64px; color: var(--ink); background: #fff;
               font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
        h1 { font-size: 28px; margin: 0 0 8px; } h2 { font-size: 21px; margin: 44px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
        p { max-width: 760px; } p.note, li.note { color: var(--soft); font-size: 14px; }
        figure { margin: 20px 0; } img { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; }
        .table { overflow-x: auto; margin: 16px 0; }
        table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
        th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: left; } th { background: var(--head); font-weight: 600; white-space: normal; vertical-align: bottom; }
        .number { text-align: right; } tr:hover td { background: #fafbfc; }
        .figures { display: flex; flex-wrap: wrap; gap: 16px; margin: 24px 0; }
        .figure { flex: 1 1 200px; border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; }
        .figure b { display: block; font-size: 26px; } .figure span { color: var(--soft); font-size: 14px; }
        """;

    /// <summary>One HTML page, with the pictures inside.</summary>
    public static string ToHtml(MergedResults results, IReadOnlyList<Picture> pictures)
    {
        var page = new StringBuilder();
        page.Append(
            $"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append($"<title>{Title}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{Title}</h1>\n");
        page.Append($"<p>{Encode(Introduction)}</p>\n<div class=\"figures\">\n");
        foreach (var (figure, meaning) in SpeedTables.Figures(results))
        {
            page.Append($"<div class=\"figure\"><b>{Encode(figure)}</b><span>{Encode(meaning)}</span></div>\n");
        }

        page.Append("</div>\n<p class=\"note\">How many times longer they take than ours; float, 65,536 logits, one thread.</p>\n");
        foreach (var section in Sections(results, pictures))
        {
            page.Append($"<h2>{Encode(section.Heading)}</h2>\n");
            if (section.Text.Length != 0)
            {
                page.Append($"<p>{Encode(section.Text)}</p>\n");
            }

            foreach (var table in section.Tables)
            {
                page.Append(table.ToHtml());
            }

            foreach (var picture in section.Pictures)
            {
                // As data, and not as part of the page: pictures use the same ids.
                var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.Svg));
                page.Append($"<figure><img alt=\"{Encode(picture.Title)}\" src=\"data:image/svg+xml;base64,{data}\"></figure>\n");
            }

            foreach (var note in section.Notes)
            {
                page.Append($"<p class=\"note\">{Encode(note)}</p>\n");
            }
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The same as Markdown.</summary>
    /// <param name="results">The results.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="pictureFolder">Where they are, as seen from the page.</param>
    public static string ToMarkdown(MergedResults results, IReadOnlyList<Picture> pictures, string pictureFolder)
    {
        var page = new StringBuilder($"# {Title}\n\n{Introduction}\n");
        foreach (var section in Sections(results, pictures))
        {
            page.Append($"\n## {section.Heading}\n");
            page.Append(section.Text.Length == 0 ? "" : $"\n{section.Text}\n");
            page.Append(string.Concat(section.Tables.Select(table => $"\n{table.ToMarkdown()}")));
            page.Append(string.Concat(section.Pictures.Select(picture => $"\n![{picture.Title}]({pictureFolder}/{picture.Name}.svg)\n")));
            page.Append(string.Concat(section.Notes.Select(note => $"\n{note}\n")));
        }

        return page.ToString();
    }

    private static IEnumerable<Section> Sections(MergedResults results, IReadOnlyList<Picture> pictures)
    {
        yield return new("How many times slower than ours", SpeedTables.Legend, [], Named("ratio-"), []);
        yield return new("Binary cross-entropy", "", [SpeedTables.Binary(results)], Named("sizes-"), []);
        yield return new("Cross-entropy of the softmax", "", [SpeedTables.CrossEntropy(results)], Named("classes-"), []);
        yield return new("Focal loss, γ = 2", "", [SpeedTables.Focal(results)], [], []);
        yield return new("Instruction sets", "", [], Named("instruction-sets"), []);
        if (SpeedTables.Threads(results, _ => true) is { Rows.Count: > 0 } threads)
        {
            yield return new(
                "All cores against one",
                "How many times faster than one thread; one thread in CPU time, all in wall time, which are the same on an idle machine only.",
                [threads],
                [],
                []);
        }

        yield return new(
            "Machines",
            results.Runs.Any(run => run.IsOlder)
                ? "\"Older version\" was measured before there was a numerics version. It is not known whether those kernels compute the same bits as "
                    + "today's, and they may be faster or slower."
                : "",
            [SpeedTables.Machines(results)],
            [],
            [.. results.Messages, .. results.Runs.SelectMany(run => run.Messages.Select(message => $"{results.NameOf(run)}: {message}")).Distinct()]);

        IReadOnlyList<Picture> Named(string start) => [.. pictures.Where(
            picture => picture.Name.StartsWith(start, StringComparison.Ordinal))];
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private sealed record Section(
        string Heading, string Text, IReadOnlyList<TextTable> Tables, IReadOnlyList<Picture> Pictures, IReadOnlyList<string> Notes);
}
