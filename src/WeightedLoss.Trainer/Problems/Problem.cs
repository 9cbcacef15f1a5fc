using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Problems;

/// <summary>What two classes and more do differently: weights, decisions, figures, tables and pictures.</summary>
internal abstract class Problem
{
    /// <summary>Positives and negatives, or several classes, as the labels are.</summary>
    /// <param name="data">All rows.</param>
    /// <param name="costs">What wrong decisions cost.</param>
    public static Problem Create(LabelledData data, Costs costs)
    {
        var counts = new ClassCounts(data.Label.Count).Add(data.Labels);
        return data.Label.Classes is { } classes
            ? new MulticlassProblem(classes, counts, costs.Matrix, data.IsWeighted)
            : new BinaryProblem(new(costs.FalsePositive, costs.FalseNegative ?? (double)counts[0] / counts[1]), data.IsWeighted);
    }

    /// <summary>The number of classes.</summary>
    public abstract int Classes { get; }

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

    /// <summary>The weighted loss that was asked for.</summary>
    /// <param name="training">The training rows of each class.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="format">How a file of weights is written.</param>
    /// <returns>The loss, null for none, and what its weights are in words.</returns>
    public abstract (TrainingLoss? Loss, string Description) WeightedLoss(ClassCounts training, LossOptions options, CsvFormat format);

    /// <summary>Predicts a class for each row, as is usual.</summary>
    public abstract byte[] Decide(float[] logits);

    /// <summary>Predicts a class for each row so that the expected cost is least, for calibrated logits.</summary>
    public abstract byte[] DecideByCost(float[] logits);

    /// <summary>Chooses a threshold, or an offset for each class, on some rows.</summary>
    public abstract MovedDecision Move(float[] logits, TrueRows rows);

    /// <summary>Rows with the classes that are predicted as is usual, or in another way.</summary>
    public ScoredRows Score(string name, float[] logits, TrueRows rows, byte[]? predicted = null) =>
        new(name, logits, rows, predicted ?? Decide(logits), Classes);

    /// <summary>The value of each figure.</summary>
    public double[] Evaluate(ScoredRows rows) => [.. Figures.Select(figure => figure.Of(rows))];

    /// <summary>Pictures of models side by side.</summary>
    public abstract IEnumerable<Picture> Pictures(IReadOnlyList<ScoredRows> models);

    /// <summary>The lines that say which rows a training uses, to be followed by its weights.</summary>
    public abstract IEnumerable<string> DescribeRows(PreparedData parts);

    /// <summary>A line that says how long a training is; null for none.</summary>
    public abstract string? DescribeEpochs(int epochs);

    /// <summary>The figure that is shown after each epoch beside the log loss, and its short name.</summary>
    public abstract (string ShortName, Figure Figure) Watched { get; }

    /// <summary>The figures that end a training.</summary>
    /// <param name="validation">Any outcome.</param>
    public abstract IEnumerable<Figure> FinalFigures(ScoredRows validation);

    /// <summary>The tables of the classes that end a training.</summary>
    /// <param name="models">The models side by side.</param>
    /// <param name="width">The width of the console.</param>
    public abstract IEnumerable<ReportTable> ClassTables(IReadOnlyList<ScoredRows> models, int width);

    /// <summary>The figures shown after an epoch.</summary>
    public ValidationFigures Validate(ScoredRows rows) => new(Named("log loss").Of(rows), Watched.Figure.Of(rows));

    /// <summary>The position of a figure.</summary>
    public int IndexOf(string figure) => Figures.Index().First(pair => pair.Item.Name == figure).Index;

    /// <summary>A figure.</summary>
    protected Figure Named(string figure) => Figures[IndexOf(figure)];
}

/// <summary>A way to predict classes that was chosen on some of the rows.</summary>
/// <param name="Description">In words.</param>
/// <param name="Decide">Predicts a class for each row of logits.</param>
internal sealed record MovedDecision(string Description, Func<float[], byte[]> Decide);

/// <summary>What wrong decisions cost.</summary>
/// <param name="FalseNegative">A missed positive; null for negatives ÷ positives.</param>
/// <param name="FalsePositive">A false alarm.</param>
/// <param name="Matrix">Of more than two classes; null to choose by macro F1 instead.</param>
internal sealed record Costs(double? FalseNegative = null, double FalsePositive = 1, CostMatrix? Matrix = null);
