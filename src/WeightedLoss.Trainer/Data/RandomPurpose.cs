namespace WeightedLoss.Trainer.Data;

/// <summary>What random numbers are drawn for: the streams of <see cref="Xoshiro256"/>.</summary>
internal static class RandomPurpose
{
    /// <summary>The embedded data.</summary>
    public const ulong Payments = 0;

    /// <summary>Which rows are kept for validation.</summary>
    public const ulong Split = 1;

    /// <summary>The first weights of a model.</summary>
    public const ulong Initialization = 2;

    /// <summary>The order of the rows in each epoch.</summary>
    public const ulong Epochs = 3;

    /// <summary>Which rows go into which fold.</summary>
    public const ulong Folds = 4;

    /// <summary>The seeds of resampling, which the library's functions take instead of a stream.</summary>
    public const ulong Resampling = 5;
}
