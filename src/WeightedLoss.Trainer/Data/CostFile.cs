using System.Globalization;
using Sylvan.Data.Csv;

namespace WeightedLoss.Trainer.Data;

/// <summary>
/// A K×K cost matrix from a CSV file: a first line of an ignored cell and the label of each class, and then for each class a line of its
/// label and what it costs to call a row of it each of the classes.
/// </summary>
internal static class CostFile
{
    /// <summary>Reads the costs; the classes may stand in any order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">The labels that must be there, each once across and once down.</param>
    public static CostMatrix Read(string path, string[] classes)
    {
        var lines = ReadLines(path);
        if (lines.Count == 0)
        {
            throw new InputException($"{path} is empty.");
        }

        var across = Order(lines[0].Skip(1), "line 1");
        var down = Order(lines.Skip(1).Select(line => line[0]), "the first column");
        var costs = new double[classes.Length * classes.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            var line = lines[i + 1];
            if (line.Length != classes.Length + 1)
            {
                throw new InputException($"{path}: the line of '{line[0]}' has {line.Length - 1} costs, not {classes.Length}.");
            }

            for (var j = 0; j < classes.Length; j++)
            {
                if (!double.TryParse(line[j + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var cost)
                    || !(cost >= 0) || !double.IsFinite(cost))
                {
                    throw new InputException(
                        $"{path}: the cost of calling '{classes[down[i]]}' '{classes[across[j]]}' must be a number from 0 on, but is "
                        + $"'{line[j + 1]}'.");
                }

                costs[(down[i] * classes.Length) + across[j]] = cost;
            }
        }

        try
        {
            return new(classes.Length, costs);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: decisions must make a difference, but in each line all costs are equal.", e);
        }

        int[] Order(IEnumerable<string> labels, string where)
        {
            var order = new List<int>();
            foreach (var label in labels.Select(CsvTable.LabelSpelling))
            {
                var index = Array.IndexOf(classes, label);
                if (index < 0)
                {
                    throw new InputException($"{path}, {where}: no row has the label '{label}'; the labels are {Listing.Of(classes)}.");
                }

                if (order.Contains(index))
                {
                    throw new InputException($"{path}, {where}: the label '{label}' is there twice.");
                }

                order.Add(index);
            }

            return order.Count == classes.Length
                ? [.. order]
                : throw new InputException(
                    $"{path}, {where} has no costs for {Listing.Of([.. classes.Where((_, k) => !order.Contains(k))])}.");
        }
    }

    private static List<string[]> ReadLines(string path)
    {
        try
        {
            using var reader = CsvDataReader.Create(path, new() { HasHeaders = false });
            var lines = new List<string[]>();
            while (reader.Read())
            {
                string[] cells = [.. Enumerable.Range(0, reader.RowFieldCount).Select(i => reader.GetString(i).Trim())];
                if (cells is not [""])
                {
                    lines.Add(cells);
                }
            }

            return lines;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            throw new InputException($"{path} can't be read: {e.Message}", e);
        }
    }
}
