namespace WeightedLoss.Trainer.Data.Files;

/// <summary>
/// Finds what stands between the cells of a file from its first records: what splits the header and the rows into as many cells, more than
/// one, and these cells into numbers.
/// </summary>
internal static class SeparatorFinder
{
    private const int FewestLines = 30;
    private const int ShortestText = 1 << 16;
    private const int LongestText = 1 << 24;

    // In the order of preference: a comma comes last, because it may be a decimal comma.
    private static readonly char[] Candidates = ['\t', ';', '|', ','];

    /// <summary>The separator.</summary>
    /// <param name="text">The text, from its beginning; nothing of it is used up.</param>
    /// <param name="format">What is known.</param>
    public static char Find(TextInput text, CsvFormat format)
    {
        var head = FirstLines(text);
        var (found, score) = Candidates.Select(separator => (separator, Score(head, separator, format))).MaxBy(
            candidate => candidate.Item2);
        return score.CanSeparate || format.HasDecimalComma ? found : ',';
    }

    // Without the last line, of which a part may be missing.
    private static string FirstLines(TextInput text)
    {
        var length = ShortestText;
        while (true)
        {
            var head = text.Head(length);
            if (head.Length < length)
            {
                return head.ToString();
            }

            var end = head.LastIndexOfAny('\r', '\n');
            if (length == LongestText || head.Count('\n') + head.Count('\r') >= FewestLines)
            {
                return head[..(end + 1)].ToString();
            }

            length *= 2;
        }
    }

    private static (bool CanSeparate, double Numbers, double WholeRows) Score(string head, char separator, CsvFormat format)
    {
        var records = new RecordReader(new StringReader(head), name: "", separator);
        int columns = 0, rows = 0, wholeRows = 0, numbers = 0;
        var hasDecimalComma = false;
        try
        {
            while (records.ReadNotBlank())
            {
                var isHeader = columns == 0 && format.HasHeader;
                columns = columns == 0 ? records.Count : columns;
                if (isHeader)
                {
                    continue;
                }

                rows++;
                if (records.Count != columns)
                {
                    continue;
                }

                wholeRows++;
                for (var i = 0; i < columns; i++)
                {
                    var isWithDecimalComma = CsvFormat.IsWithDecimalComma(records[i]);
                    hasDecimalComma |= isWithDecimalComma;
                    numbers += isWithDecimalComma || format.TryParse<double>(records[i], out _) ? 1 : 0;
                }
            }
        }
        catch (InputException)
        {
            // A quoted cell that the end of the text cuts off, or that another separator would close.
        }

        var canSeparate = columns > 1 && (separator != ',' || !format.HasDecimalComma || hasDecimalComma);
        return (canSeparate, rows == 0 ? 0 : (double)numbers / rows / columns, rows == 0 ? 0 : (double)wholeRows / rows);
    }
}
