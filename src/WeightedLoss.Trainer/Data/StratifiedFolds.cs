namespace WeightedLoss.Trainer.Data;

/// <summary>Rows dealt out at random to folds, so that each class is spread evenly over them.</summary>
internal sealed class StratifiedFolds
{
    /// <summary>The fewest folds: one to test on, one to choose on, and the rest to train on.</summary>
    public const int Fewest = 3;

    private readonly int[] _foldOf;

    private StratifiedFolds(int count, int[] foldOf)
    {
        Count = count;
        _foldOf = foldOf;
    }

    /// <summary>The number of folds.</summary>
    public int Count { get; }

    /// <summary>Deals out the rows; each class has at least one in each fold.</summary>
    public static StratifiedFolds Create(LabelledData data, int folds, ulong seed)
    {
        var random = new Xoshiro256(seed, RandomPurpose.Folds);
        var foldOf = new int[data.Rows];

        // Goes on where the last class ended, so that the folds are of one size too.
        var next = 0;
        for (var label = 0; label < data.Label.Count; label++)
        {
            var rows = Enumerable.Range(0, data.Rows).Where(i => data.Labels[i] == label).ToArray();
            if (rows.Length < folds)
            {
                throw new InputException(
                    $"{data.Source} has only {rows.Length} {data.Label.NameOf(label)} rows, but {folds} folds need at least {folds} of each "
                    + "class.");
            }

            random.Shuffle(rows);
            foreach (var row in rows)
            {
                foldOf[row] = next++ % folds;
            }
        }

        return new(folds, foldOf);
    }

    /// <summary>One fold to test on, the next one to choose on, and all others to train on; row numbers, ascending.</summary>
    public (int[] Training, int[] Validation, int[] Test) Rotation(int fold)
    {
        var validation = (fold + 1) % Count;
        return (RowsIn(f => f != fold && f != validation), RowsIn(f => f == validation), RowsIn(f => f == fold));
    }

    private int[] RowsIn(Func<int, bool> isWanted) => [.. Enumerable.Range(0, _foldOf.Length).Where(i => isWanted(_foldOf[i]))];
}
