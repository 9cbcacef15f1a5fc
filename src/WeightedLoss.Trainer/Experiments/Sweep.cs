using System.Globalization;
using WeightedLoss.Trainer.Models;
using WeightedLoss.Trainer.Problems;
using WeightedLoss.Trainer.Reports;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>
/// The same model with more and more weight on the rare classes, or more and more focus: the best one on validation rows, tested on others.
/// </summary>
internal sealed class Sweep
{
    private readonly Experiment _experiment;
    private readonly Problem _problem;
    private readonly Rotation _rotation;
    private readonly float[] _strengths;
    private readonly float[] _gammas;
    private readonly List<(float Strength, float Gamma)> _points = [];

    /// <summary>Sets up the grid.</summary>
    /// <param name="experiment">What to train on.</param>
    /// <param name="strengths">Of the weights, ascending; null for the usual grid.</param>
    /// <param name="gammas">γ of the focal loss, ascending.</param>
    public Sweep(Experiment experiment, float[]? strengths, float[] gammas)
    {
        _experiment = experiment;
        _problem = experiment.Problem;
        _rotation = experiment.RotationOf(0);
        _strengths = strengths ?? _problem.Grid(_rotation.TrainingCounts);
        _gammas = gammas;
        foreach (var gamma in _gammas)
        {
            foreach (var strength in _strengths)
            {
                _points.Add((strength, gamma));
            }
        }
    }

    /// <summary>Trains, chooses and reports.</summary>
    public void Run()
    {
        var sampling = new Sampling(SamplingKind.None, Neighbors: 0);
        _experiment.Run(
            [.. _points.Select(point => new TrainingJob(FileNameOf(point), _rotation, LossOf(point), sampling))],
            Report);
    }

    private TrainingLoss LossOf((float Strength, float Gamma) point) =>
        _problem.Loss(_rotation.TrainingCounts, point.Strength, point.Gamma);

    private string FileNameOf((float Strength, float Gamma) point) => string.Create(
        CultureInfo.InvariantCulture, $"{(_experiment.Label.Classes is null ? "weight" : "exponent")}-{point.Strength:R}-gamma-{point.Gamma:R}");

    private string NameOf((float Strength, float Gamma) point) =>
        $"{_problem.StrengthSymbol} = {Short(point.Strength)}" + (IsFocal ? $", γ = {Short(point.Gamma)}" : "");

    private bool IsFocal => _gammas is not [0];

    private static string Short(float number) => number.ToString("G5", CultureInfo.InvariantCulture);

    private Report Report(Scores[] scores)
    {
        var figures = Array.ConvertAll(scores, of =>
            _problem.Evaluate(_problem.Score("", of.Validation, _rotation.TrueValidation)));
        var best = Best(figures);
        var swept = IsFocal && _strengths.Length == 1
            ? "γ of the focal loss"
            : _problem.StrengthName + (IsFocal ? ", and of γ of the focal loss" : "");
        List<ReportBlock?> blocks =
        [
            .. _experiment.Description,
            new ReportText(
                $"Trained on {_experiment.Folds - 2} of {_experiment.Folds} folds ({_rotation.TrainingCounts.Total:N0} rows), chosen on one "
                + $"({_rotation.TrueValidation.Labels.Length:N0} validation rows), tested on one ({_rotation.TrueTest.Labels.Length:N0} test rows). "
                + $"{_problem.CriterionText} Unless stated otherwise, {_problem.UsualDecision}."),
        ];

        AddTables(
            "Validation rows",
            IsFocal ? [_problem.StrengthSymbol, "γ"] : [_problem.StrengthSymbol],
            figures.Select((values, i) => (NamesOf(_points[i]), Cell(values))),
            best);
        blocks.AddRange(Pictures(figures, best));
        var tests = Tests(scores, best).ToList();
        AddTables(
            "Test rows",
            ["model"],
            tests.ConvertAll(test => ((string[])[test.Name], Cell(_problem.Evaluate(test)))),
            tests.FindIndex(test => test.Name == ChosenName(best)));
        blocks.Add(new ReportText(
            $"Chosen on the validation rows: {NameOf(_points[best])}; so is each threshold or offset of a class that is not the usual one. "
            + $"With the prior corrected, the weights are taken out of the logits of a row, and {_problem.DecisionByCost}. "
            + _problem.FiguresText));
        return new($"{_experiment.DataName}: sweep of the {swept}", [.. blocks.OfType<ReportBlock>()]);

        void AddTables(string rows, string[] names, IEnumerable<(string[] Names, Func<int, string> Cell)> models, int marked)
        {
            foreach (var (groups, shown) in ((FigureGroup[], string)[])[
                ([FigureGroup.Counts, FigureGroup.Decisions], "decisions"),
                ([FigureGroup.Scores], "scores and probabilities"),
                ([FigureGroup.ClassRecall], "recall by class"),
                ([FigureGroup.ClassPrecision], "precision by class")])
            {
                blocks.Add(FigureTables.Of(_problem, groups, $"{rows}, {shown}", names, models, marked));
            }
        }

        string[] NamesOf((float Strength, float Gamma) point) =>
            IsFocal ? [Short(point.Strength), Short(point.Gamma)] : [Short(point.Strength)];
    }

    private Func<int, string> Cell(double[] values) => i => _problem.Figures[i].Text(values[i]);

    private int Best(double[][] figures)
    {
        var criterion = _problem.IndexOf(_problem.Criterion);
        var worths = Array.ConvertAll(figures, values => _problem.LeastIsBest ? -values[criterion] : values[criterion]);
        return Array.IndexOf(worths, worths.Max());
    }

    private IEnumerable<Picture> Pictures(double[][] figures, int best)
    {
        var ofGammas = _strengths.Length == 1;
        if (_points.Count == 1)
        {
            yield break;
        }

        foreach (var gamma in ofGammas ? (float[])[0] : _gammas)
        {
            int[] points = [.. Enumerable.Range(0, _points.Count).Where(i => ofGammas || _points[i].Gamma == gamma)];
            yield return PictureMaker.Grid(
                ofGammas || !IsFocal ? "sweep" : $"sweep-gamma-{Short(gamma)}",
                $"Validation rows: figures over {(ofGammas ? "γ" : _problem.StrengthSymbol)}"
                    + (ofGammas || !IsFocal ? "" : $" at γ = {Short(gamma)}"),
                ofGammas ? "γ" : _problem.StrengthSymbol,
                [.. points.Select(i => ofGammas ? _points[i].Gamma : _points[i].Strength)],
                [.. _problem.Drawn.Select(Line)],
                _problem.LeastIsBest ? Line(_problem.Criterion) : null,
                points.Contains(best) ? Array.IndexOf(points, best) : null);

            (string Name, double[] Values) Line(string figure)
            {
                var index = _problem.IndexOf(figure);
                return (figure, [.. points.Select(i => figures[i][index])]);
            }
        }
    }

    private string ChosenName(int best) => $"chosen: {NameOf(_points[best])}";

    // The ends of the trade beside what was chosen, and what a threshold would have done instead.
    private IEnumerable<ScoredRows> Tests(Scores[] scores, int best)
    {
        var unweighted = _points.IndexOf((_problem.Unweighted, _gammas[0]));
        var balanced = _points.IndexOf((_problem.Balanced(_rotation.TrainingCounts), _gammas[0]));
        if (unweighted >= 0)
        {
            yield return Usual($"unweighted: {NameOf(_points[unweighted])}", unweighted);
        }

        if (balanced >= 0)
        {
            yield return Usual($"balanced: {NameOf(_points[balanced])}", balanced);
        }

        yield return Usual(ChosenName(best), best);
        if (unweighted >= 0)
        {
            yield return Moved("unweighted", unweighted);
        }

        yield return Moved("chosen", best);
        if (_points[best].Gamma == 0)
        {
            var logits = LossOf(_points[best]).WithoutWeights(scores[best].Test);
            yield return _problem.Score("chosen, prior corrected", logits, _rotation.TrueTest, _problem.DecideByCost(logits));
        }

        ScoredRows Usual(string name, int i) => _problem.Score(name, scores[i].Test, _rotation.TrueTest);

        ScoredRows Moved(string name, int i)
        {
            var decision = _problem.Move(scores[i].Validation, _rotation.TrueValidation);
            return _problem.Score(
                $"{name}, {decision.Description}", scores[i].Test, _rotation.TrueTest, decision.Decide(scores[i].Test));
        }
    }
}
