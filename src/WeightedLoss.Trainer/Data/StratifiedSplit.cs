namespace WeightedLoss.Trainer.Data;

/// <summary>A random quarter of the rows of each class for validation, the rest for training.</summary>
/// <param name="Training">Row numbers, ascending.</param>
/// <param name="Validation">Row numbers, ascending.</param>
internal sealed record StratifiedSplit(int[] Training, int[] Validation)
{
    private const int ValidationPart = 4;

    /// <summary>
    /// Splits the rows; each class has at least one row on each side. Only where there are more than two classes, one of a single row is
    /// accepted: it is trained on and can't be validated.
    /// </summary>
    public static StratifiedSplit Create(LabelledData data, ulong seed)
    {
        var random = new Xoshiro256(seed, RandomPurpose.Split);
        var training = new List<int>();
        var validation = new List<int>();
        for (var label = 0; label < data.Label.Count; label++)
        {
            var rows = Enumerable.Range(0, data.Rows).Where(i => data.Labels[i] == label).ToArray();
            if (rows.Length == 1 && data.Label.Classes is not null)
            {
                training.Add(rows[0]);
                continue;
            }

            if (rows.Length < 2)
            {
                throw new InputException(
                    $"{data.Source} has only {rows.Length} {data.Label.NameOf(label)} row, too few to split into training and "
                    + "validation rows.");
            }

            random.Shuffle(rows);
            var held = Math.Max(1, (rows.Length + (ValidationPart / 2)) / ValidationPart);
            validation.AddRange(rows.AsSpan(..held));
            training.AddRange(rows.AsSpan(held..));
        }

        training.Sort();
        validation.Sort();
        return new([.. training], [.. validation]);
    }
}
