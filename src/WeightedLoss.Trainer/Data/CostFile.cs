using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Data;

/// <summary>
/// A K×K cost matrix from a CSV file: a first line of an ignored cell and the label of each class, and then for each class a line of its
/// label and what it costs to predict each of the classes for a row of it.
/// </summary>
internal static class CostFile
{
    private const string Form =
        "The first line is a cell that is not read and then the labels that are predicted; every other line is a label and then its costs.";

    /// <summary>Reads the costs; the classes may stand in any order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written; its first line is the header.</param>
    /// <param name="classes">The labels that must be there, each once across and once down.</param>
    public static CostMatrix Read(string path, CsvFormat format, string[] classes) => CsvFile.Read(
        path, format with { HasHeader = true }, records => Read(InputFile.NameOf(path), format, records, classes));

    private static CostMatrix Read(string source, CsvFormat format, RecordReader records, string[] classes)
    {
        var lines = new List<(int Number, string[] Cells)>();
        while (records.ReadNotBlank())
        {
            lines.Add((records.Line, Array.ConvertAll(records.ToArray(), cell => cell.Trim())));
        }

        if (lines.Count == 0)
        {
            throw new InputException($"{source} is empty.");
        }

        var across = Order(lines[0].Cells.Skip(1), $"{source}, line {lines[0].Number}", classes);
        var down = Order(lines.Skip(1).Select(line => line.Cells[0]), $"{source}, the first column", classes);
        var costs = new double[classes.Length * classes.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            var (number, cells) = lines[i + 1];
            if (cells.Length != classes.Length + 1)
            {
                throw new InputException($"{source}, line {number}: '{cells[0]}' has {cells.Length - 1} costs, not {classes.Length}.");
            }

            for (var j = 0; j < classes.Length; j++)
            {
                costs[(down[i] * classes.Length) + across[j]] = format.TryParse(cells[j + 1], out double cost) && cost >= 0 && double.IsFinite(cost)
                    ? cost
                    : throw new InputException(
                        $"{source}, line {number}: the cost of predicting '{classes[across[j]]}' for '{classes[down[i]]}' must be a "
                        + $"number from 0 on, but is '{cells[j + 1]}'.");
            }
        }

        try
        {
            return new(classes.Length, costs);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{source}: decisions must make a difference, but in each line all costs are equal.", e);
        }
    }

    /// <summary>The class of each label.</summary>
    private static int[] Order(IEnumerable<string> labels, string place, string[] classes)
    {
        var order = new List<int>();
        foreach (var label in labels)
        {
            var index = Array.IndexOf(classes, label);
            if (index < 0)
            {
                throw new InputException($"{place}: no row has the label '{label}'; the labels are {Listing.Of(classes)}. {Form}");
            }

            if (order.Contains(index))
            {
                throw new InputException($"{place}: the label '{label}' is there twice.");
            }

            order.Add(index);
        }

        return order.Count == classes.Length
            ? [.. order]
            : throw new InputException($"{place} has no costs for {Listing.Of([.. classes.Where((_, k) => !order.Contains(k))])}. {Form}");
    }
}
