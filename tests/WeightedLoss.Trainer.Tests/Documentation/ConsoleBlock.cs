namespace WeightedLoss.Trainer.Tests.Documentation;

/// <summary>A line of a page.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Without trailing spaces.</param>
internal sealed record PageLine(int Number, string Text);

/// <summary>A command of a console block, and the lines that the page shows of its output.</summary>
internal sealed record ConsoleCommand(PageLine Line, List<PageLine> Output);

/// <summary>
/// The fenced blocks of a page that are marked <c>console</c>. A line that begins with <c>$ </c> is a command, the lines below it are an
/// excerpt of its output. A block without a command shows more of the output of the command above it.
/// </summary>
internal static class ConsoleBlock
{
    private const string Fence = "```", Prompt = "$ ";

    /// <summary>The blocks of a page, each with those that continue it.</summary>
    /// <exception cref="InvalidDataException">A block with a prompt is not marked, or the first block has no command.</exception>
    public static IReadOnlyList<IReadOnlyList<ConsoleCommand>> In(string page, IEnumerable<string> lines)
    {
        var blocks = new List<List<ConsoleCommand>>();
        string? language = null;
        var isNew = false;
        foreach (var line in lines.Select((text, i) => new PageLine(i + 1, text.TrimEnd())))
        {
            if (line.Text.TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                language = language is null ? line.Text.TrimStart()[Fence.Length..] : null;
                isNew = language is "console";
            }
            else if (language is not null && line.Text.StartsWith(Prompt, StringComparison.Ordinal))
            {
                if (language != "console")
                {
                    throw new InvalidDataException($"{page}, line {line.Number}: a block with commands must be marked ```console.");
                }

                if (isNew)
                {
                    blocks.Add([]);
                    isNew = false;
                }

                blocks[^1].Add(new(line with { Text = line.Text[Prompt.Length..] }, []));
            }
            else if (language == "console")
            {
                if (blocks.Count == 0)
                {
                    throw new InvalidDataException($"{page}, line {line.Number}: there is no command above this output.");
                }

                isNew = false;
                blocks[^1][^1].Output.Add(line);
            }
        }

        return blocks;
    }

    /// <summary>
    /// Compares an excerpt with an output: each line must be there as it is, in the same order. Lines of the output may be left out.
    /// </summary>
    /// <returns>For each line that is missing, the line and the one of the output that is most like it; empty if all are there.</returns>
    public static string Differences(string page, IEnumerable<PageLine> excerpt, string output)
    {
        var printed = output.Split('\n').Select(line => line.TrimEnd()).ToArray();
        var next = 0;
        var differences = new List<string>();
        foreach (var line in excerpt.Where(line => line.Text.Length != 0))
        {
            var at = Array.IndexOf(printed, line.Text, next);
            if (at < 0)
            {
                var words = line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                at = Enumerable.Range(next, printed.Length - next).DefaultIfEmpty(-1).MaxBy(
                    i => i < 0 ? 0 : words.Intersect(printed[i].Split(' ')).Count());
                differences.Add($"{page}, line {line.Number}\n  has:    {line.Text}\n  prints: {(at < 0 ? "" : printed[at])}");
            }

            next = at < 0 ? next : at + 1;
        }

        return string.Join('\n', differences);
    }
}
