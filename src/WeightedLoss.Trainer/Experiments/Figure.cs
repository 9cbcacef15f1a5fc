namespace WeightedLoss.Trainer.Experiments;

/// <summary>One number that says how well a model does.</summary>
/// <param name="Name">At the head of its column.</param>
/// <param name="Group">The table that it stands in.</param>
/// <param name="Format">Of the number.</param>
internal sealed record Figure(string Name, FigureGroup Group, string Format = "F4")
{
    /// <summary>The format of sums of weights.</summary>
    public const string Amount = "amount";
}

/// <summary>The tables of figures.</summary>
internal enum FigureGroup
{
    /// <summary>How many rows of each class are predicted as which.</summary>
    Counts,

    /// <summary>How good the decisions are.</summary>
    Decisions,

    /// <summary>How good the scores are, whatever is decided by them.</summary>
    Scores,

    /// <summary>Recall, class by class.</summary>
    ClassRecall,

    /// <summary>Precision, class by class.</summary>
    ClassPrecision,
}
