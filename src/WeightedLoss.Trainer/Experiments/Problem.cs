using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>What experiments on two classes and on more do differently: weights, decisions, figures and pictures.</summary>
internal abstract class Problem
{
    /// <summary>The name of the number that sets the weights, as short as its symbol.</summary>
    public abstract string StrengthSymbol { get; }

    /// <summary>What that number is.</summary>
    public abstract string StrengthName { get; }

    /// <summary>The strength that weights nothing.</summary>
    public abstract float Unweighted { get; }

    /// <summary>All figures; those of one group stand together.</summary>
    public abstract IReadOnlyList<Figure> Figures { get; }

    /// <summary>The figure that is chosen by.</summary>
    public abstract string Criterion { get; }

    /// <summary>What is chosen by, in words.</summary>
    public abstract string CriterionText { get; }

    /// <summary>Whether a small value of the criterion is a good one.</summary>
    public abstract bool LeastIsBest { get; }

    /// <summary>The figures of the picture of a sweep that lie in [0, 1].</summary>
    public abstract string[] Drawn { get; }

    /// <summary>What the short names of the figures mean.</summary>
    public abstract string FiguresText { get; }

    /// <summary>How the class of a row is predicted unless a threshold is moved.</summary>
    public abstract string UsualDecision { get; }

    /// <summary>How the class of a row is predicted by probabilities that are calibrated.</summary>
    public abstract string DecisionByCost { get; }

    /// <summary>The strength at which all classes weigh as much in sum.</summary>
    public abstract float Balanced(ClassCounts training);

    /// <summary>A grid of strengths, from unweighted to beyond balanced.</summary>
    public abstract float[] Grid(ClassCounts training);

    /// <summary>A loss with weights of a strength.</summary>
    public abstract TrainingLoss Loss(ClassCounts training, float strength, float gamma);

    /// <summary>A loss with weights by the effective number of rows.</summary>
    public abstract TrainingLoss EffectiveNumber(ClassCounts training, double beta);

    /// <summary>Logits as if there had been no weights.</summary>
    public abstract float[] WithoutWeights(float[] logits, TrainingLoss loss);

    /// <summary>Predicts a class for each row, as is usual.</summary>
    public abstract byte[] Decide(float[] logits);

    /// <summary>Predicts a class for each row so that the expected cost is least, for calibrated logits.</summary>
    public abstract byte[] DecideByCost(float[] logits);

    /// <summary>Chooses a threshold, or an offset for each class, on some rows.</summary>
    public abstract MovedDecision Move(float[] logits, byte[] labels, float[] weights);

    /// <summary>The value of each figure.</summary>
    /// <param name="logits">Of the rows.</param>
    /// <param name="labels">What the rows are.</param>
    /// <param name="weights">Their own weights; or none.</param>
    /// <param name="predicted">The predicted classes.</param>
    public abstract double[] Evaluate(float[] logits, byte[] labels, float[] weights, byte[] predicted);

    /// <inheritdoc cref="Evaluate(float[], byte[], float[], byte[])"/>
    public double[] Evaluate(ScoredRows rows) => Evaluate(rows.Logits, rows.Labels, rows.Weights, rows.Predicted);

    /// <summary>Pictures of models side by side.</summary>
    public abstract IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models);

    /// <summary>The position of a figure.</summary>
    public int IndexOf(string figure) => Figures.Index().First(pair => pair.Item.Name == figure).Index;
}

/// <summary>A way to predict classes that was chosen on some of the rows.</summary>
/// <param name="Description">In words.</param>
/// <param name="Decide">Predicts a class for each row of logits.</param>
internal sealed record MovedDecision(string Description, Func<float[], byte[]> Decide);

/// <summary>Rows as a model sees them.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Logits">Its logits.</param>
/// <param name="Labels">What the rows are.</param>
/// <param name="Weights">Their own weights; or none.</param>
/// <param name="Predicted">The predicted classes.</param>
internal sealed record ScoredRows(string Name, float[] Logits, byte[] Labels, float[] Weights, byte[] Predicted);
