namespace WeightedLoss.Trainer.Experiments;

/// <summary>A way to treat rare classes.</summary>
/// <param name="Key">On the command line.</param>
/// <param name="Name">In tables.</param>
/// <param name="Trained">How the model is trained; methods of the same training share it.</param>
/// <param name="Decision">How the class of a row is predicted.</param>
internal sealed record Method(string Key, string Name, Trained Trained, Decision Decision = Decision.Usual)
{
    /// <summary>All methods, in the order of the tables.</summary>
    public static readonly Method[] All =
    [
        new("unweighted", "unweighted", Trained.Unweighted),
        new("weighted", "weighted", Trained.Balanced),
        new("effective", "effective number", Trained.EffectiveNumber),
        new("focal", "focal loss", Trained.Focal),
        new("over", "over-sampling", Trained.OverSampled),
        new("under", "under-sampling", Trained.UnderSampled),
        new("smote", "SMOTE", Trained.Smote),
        new("threshold", "threshold moving", Trained.Unweighted, Decision.Moved),
        new("corrected", "prior corrected", Trained.Balanced, Decision.PriorCorrected),
    ];
}

/// <summary>How a model is trained.</summary>
internal enum Trained
{
    /// <summary>All rows alike.</summary>
    Unweighted,

    /// <summary>Each class weighs as much in sum.</summary>
    Balanced,

    /// <summary>Weights by the effective number of rows.</summary>
    EffectiveNumber,

    /// <summary>The focal loss, without weights.</summary>
    Focal,

    /// <summary>Rows of smaller classes repeated.</summary>
    OverSampled,

    /// <summary>Rows of larger classes left out.</summary>
    UnderSampled,

    /// <summary>Rows made between those of smaller classes.</summary>
    Smote,
}

/// <summary>How the class of a row is predicted.</summary>
internal enum Decision
{
    /// <summary>Positive from the probability 0.5 on, or the likeliest class.</summary>
    Usual,

    /// <summary>By a threshold, or an offset for each class, that was chosen on validation rows.</summary>
    Moved,

    /// <summary>By cost, once the weights are taken out of the logits.</summary>
    PriorCorrected,
}
