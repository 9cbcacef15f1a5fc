using System.Text.Json.Serialization;

namespace WeightedLoss.Trainer.Data;

/// <summary>Rows to train on: features, labels and where they come from.</summary>
/// <param name="Source">What the rows are called in messages.</param>
/// <param name="FeatureNames">One name per feature.</param>
/// <param name="Values">[rows, features], row-major, finite.</param>
/// <param name="Labels">One per row: 1 where positive, or the position in <see cref="LabelInfo.Classes"/>.</param>
/// <param name="Label">Which column and values the labels stand for.</param>
/// <param name="BestLogits">
/// For generated rows the log odds of the true class probabilities: no score can rank rows better than these. Null for a file.
/// </param>
internal sealed record LabelledData(
    string Source, string[] FeatureNames, double[] Values, byte[] Labels, LabelInfo Label, double[]? BestLogits)
{
    /// <summary>The line of each row in its file; null where there is no file.</summary>
    public int[]? Lines { get; init; }

    /// <summary>The column of the rows' own weights; null if they have none.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>One per row, greater than 0; or none.</summary>
    public float[] Weights { get; init; } = [];

    /// <summary>Whether the rows have weights of their own.</summary>
    public bool IsWeighted => Weights.Length != 0;

    /// <summary>The number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Throws if there are more than two classes.</summary>
    /// <param name="options">The options that are for two, with their verb.</param>
    /// <param name="instead">The options to give instead.</param>
    public void RequireTwoClasses(string options, string instead)
    {
        if (Label.Classes is { } classes)
        {
            throw new InputException(
                $"{options} for two classes, but column '{Label.Column}' of {Source} has {classes.Length}; give {instead}, or --positive "
                + "VALUE to tell one class from all others.");
        }
    }

    /// <summary>Throws if there are two classes.</summary>
    /// <param name="options">The options that are for more, with their verb.</param>
    /// <param name="instead">The options to give instead.</param>
    public void RequireMoreClasses(string options, string instead)
    {
        if (Label.Classes is null)
        {
            throw new InputException(
                $"{options} for more than two classes, but {Source} is trained on as positives and negatives; give {instead}.");
        }
    }
}

/// <summary>Which column holds the label, and what its values stand for: a positive value and all others, or several classes.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Index">Its position, counting from 0.</param>
/// <param name="Positive">The positive value; null where there are several classes.</param>
/// <param name="HasHeader">Whether the file has a header line.</param>
/// <param name="Classes">The value of each class; null where there is a positive value.</param>
internal sealed record LabelInfo(
    string Column,
    int Index,
    string? Positive,
    bool HasHeader,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Classes = null)
{
    /// <summary>How many different labels there are.</summary>
    [JsonIgnore]
    public int Count => Classes?.Length ?? 2;

    /// <summary>A label in messages.</summary>
    public string NameOf(int label) => Classes is null ? label == 1 ? "positive" : "negative" : $"'{Classes[label]}'";
}
