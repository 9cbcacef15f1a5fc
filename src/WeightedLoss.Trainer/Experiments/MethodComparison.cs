using System.Globalization;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Problems;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>How the methods to compare are set.</summary>
/// <param name="Methods">Which ones.</param>
/// <param name="Beta">β of the effective number of rows.</param>
/// <param name="Gamma">γ of the focal loss.</param>
/// <param name="Neighbors">k of SMOTE.</param>
internal sealed record MethodOptions(IReadOnlyList<Method> Methods, double Beta, float Gamma, int Neighbors);

/// <summary>Methods side by side on the same folds: each fold is tested on once, by models that were trained without it.</summary>
/// <param name="experiment">What to train on.</param>
/// <param name="options">The methods.</param>
internal sealed class MethodComparison(Experiment experiment, MethodOptions options)
{
    private readonly Problem _problem = experiment.Problem;
    private readonly Rotation[] _rotations = [.. Enumerable.Range(0, experiment.Folds).Select(experiment.RotationOf)];

    /// <summary>Trains, tests and reports.</summary>
    public void Run()
    {
        Trained[] trainings = [.. options.Methods.Select(method => method.Trained).Distinct()];
        var jobs = (
            from rotation in _rotations
            from trained in trainings
            select new TrainingJob(
                $"fold-{rotation.Fold + 1}-{Method.All.First(method => method.Trained == trained).Key}",
                rotation,
                LossOf(rotation, trained),
                new(SamplingOf(trained), SamplingOf(trained) == SamplingKind.Smote ? options.Neighbors : 0))).ToArray();
        experiment.Run(jobs, scores => Report((fold, trained) => scores[(fold * trainings.Length) + Array.IndexOf(trainings, trained)]));
    }

    private static SamplingKind SamplingOf(Trained trained) => trained switch
    {
        Trained.OverSampled => SamplingKind.Over,
        Trained.UnderSampled => SamplingKind.Under,
        Trained.Smote => SamplingKind.Smote,
        _ => SamplingKind.None,
    };

    private TrainingLoss LossOf(Rotation rotation, Trained trained)
    {
        var counts = rotation.TrainingCounts;
        return trained switch
        {
            Trained.Balanced => _problem.Loss(counts, _problem.Balanced(counts), 0),
            Trained.EffectiveNumber => _problem.EffectiveNumber(counts, options.Beta),
            Trained.Focal => _problem.Loss(counts, _problem.Unweighted, options.Gamma),
            _ => _problem.Loss(counts, _problem.Unweighted, 0),
        };
    }

    private Report Report(Func<int, Trained, Scores> scores)
    {
        // [methods][folds]
        var tested = options.Methods
            .Select(method => _rotations.Select(rotation => Test(method, rotation, scores(rotation.Fold, method.Trained))).ToArray())
            .ToArray();
        var figures = Array.ConvertAll(tested, folds => Array.ConvertAll(folds, _problem.Evaluate));
        List<ReportBlock?> blocks =
        [
            .. experiment.Description,
            new ReportText(
                $"Each fold is tested on once; the next one is for choosing thresholds, the other {experiment.Folds - 2} are trained on. "
                + $"{_problem.CriterionText}"),
            new ReportText(string.Create(
                CultureInfo.InvariantCulture,
                $"Weights are balanced; the effective number of rows has β = {options.Beta}, the focal loss γ = {options.Gamma} and no "
                + $"weights, SMOTE {options.Neighbors} neighbours. Sampling gives all classes as many training rows, and as many steps are "
                + $"trained as without it. Unless a threshold is moved, {_problem.UsualDecision}; with the prior corrected, where the weights "
                + $"are taken out of the logits, {_problem.DecisionByCost}.")),
        ];
        foreach (var (group, caption) in ((FigureGroup, string)[])[
            (FigureGroup.Decisions, "Decisions, mean and standard deviation over the folds"),
            (FigureGroup.Scores, "Scores and probabilities, mean and standard deviation over the folds"),
            (FigureGroup.ClassRecall, "Recall by class, mean over the folds"),
            (FigureGroup.ClassPrecision, "Precision by class, mean over the folds")])
        {
            blocks.Add(FigureTables.Of(
                _problem,
                [group],
                caption,
                ["method"],
                options.Methods.Select((method, m) => ((string[])[method.Name], Cell(figures[m])))));
        }

        blocks.AddRange(_problem.Pictures([.. tested.Select(Pooled)]));
        blocks.Add(new ReportText(
            $"{_problem.FiguresText} The pictures are of the test rows of all folds together."));
        return new($"{experiment.DataName}: methods for rare classes compared", [.. blocks.OfType<ReportBlock>()]);

        Func<int, string> Cell(double[][] folds) =>
            i => _problem.Figures[i].Text(Array.ConvertAll(folds, values => values[i]));
    }

    private ScoredRows Test(Method method, Rotation rotation, Scores scores)
    {
        var logits = scores.Test;
        var predicted = method.Decision switch
        {
            Decision.Usual => _problem.Decide(logits),
            Decision.Moved => _problem.Move(scores.Validation, rotation.TrueValidation).Decide(logits),
            _ => _problem.DecideByCost(logits = LossOf(rotation, method.Trained).WithoutWeights(logits)),
        };
        return _problem.Score(method.Name, logits, rotation.TrueTest, predicted);
    }

    private ScoredRows Pooled(ScoredRows[] folds) => _problem.Score(
        folds[0].Name,
        [.. folds.SelectMany(rows => rows.Logits)],
        new([.. folds.SelectMany(rows => rows.Labels)], [.. folds.SelectMany(rows => rows.Weights)]),
        [.. folds.SelectMany(rows => rows.Predicted)]);
}
