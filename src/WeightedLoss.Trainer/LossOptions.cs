using System.CommandLine;
using WeightedLoss.Trainer.CommandLine;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer;

/// <summary>Which loss is trained on, and how the weighted model is weighted, as given.</summary>
/// <param name="Positive">The weight of a positive; null to choose it.</param>
/// <param name="Classes">One of the words here, or a file with a weight for each class; null if not given.</param>
/// <param name="Beta">β of the effective number of samples.</param>
/// <param name="Loss">One of the losses here; null for the cross-entropy that suits the labels.</param>
/// <param name="Gamma">γ of the focal loss.</param>
internal sealed record LossOptions(float? Positive, string? Classes, double Beta, string? Loss, float Gamma)
{
    /// <summary>Each class weighs as much in sum.</summary>
    public const string Balanced = "balanced";

    /// <summary>By the effective number of samples.</summary>
    public const string Effective = "effective";

    /// <summary>No weighted model.</summary>
    public const string None = "none";

    /// <summary>Cross-entropy of positives and negatives.</summary>
    public const string Binary = "bce";

    /// <summary>Cross-entropy of several classes.</summary>
    public const string Multiclass = "ce";

    /// <summary>Focal loss, of either.</summary>
    public const string Focal = "focal";

    /// <summary>The largest γ.</summary>
    public const float LargestGamma = 1000;

    // From the middle of those that the paper of the effective number tries, and as near to 1 as makes a difference.
    private const double UsualBeta = 0.999, LargestBeta = 0.999_999_999;

    /// <summary>γ of the loss to train on.</summary>
    public float TrainingGamma => Loss == Focal ? Gamma : 0;

    /// <summary>What the loss is called in the output.</summary>
    public string? Description => Loss == Focal ? $"Focal loss, γ = {Gamma:G6}." : null;

    /// <summary>Throws if an option was given that does not suit the labels.</summary>
    public void CheckSuits(LabelledData data)
    {
        if (Positive is not null)
        {
            data.RequireTwoClasses("--positive-weight is", "--class-weights");
        }

        if (Classes is not null)
        {
            data.RequireMoreClasses("--class-weights is", "--positive-weight");
        }

        if (Loss == Binary)
        {
            data.RequireTwoClasses("--loss bce is", "--loss ce");
        }

        if (Loss == Multiclass)
        {
            data.RequireMoreClasses("--loss ce is", "--loss bce");
        }
    }

    /// <summary>The option of <see cref="Beta"/>.</summary>
    public static Option<double> BetaOption() =>
        OptionKinds.Number("--beta", UsualBeta, 0, LargestBeta, "β of the effective number of rows.");

    /// <summary>The option of <see cref="Gamma"/>.</summary>
    public static Option<float> GammaOption() =>
        OptionKinds.Number("--gamma", 2f, 0, LargestGamma, "γ of the focal loss: 0 is cross-entropy, more turns to the hard rows.");
}
