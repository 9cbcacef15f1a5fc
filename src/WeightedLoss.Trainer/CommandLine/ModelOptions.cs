using System.CommandLine;
using WeightedLoss.Trainer.Models;
using static WeightedLoss.Trainer.CommandLine.OptionKinds;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The options that say which model to train, and how.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "Logistic regression, or a network with one hidden layer.",
        DefaultValueFactory = _ => "linear",
    };

    private readonly Option<int> _hidden = Number("--hidden-units", 32, 1, 4096, "The hidden units of an mlp.");

    private readonly Option<Chosen<int>> _epochs = Chosen(
        "--epochs",
        1,
        100_000,
        $"How often each training row is used. [default: {TrainingRequest.UsualEpochs}; linear and more than two classes: at least "
        + $"{TrainingRequest.SoftmaxSteps:N0} steps]");

    private readonly Option<int> _batch = Number("--batch-size", 256, 1, 65_536, "Rows per step.");

    private readonly Option<Chosen<float>> _rate = Chosen(
        "--learning-rate",
        1e-6f,
        10,
        "Adam's step size at first; it falls to 0 in a straight line. [default: "
        + $"{TrainingRequest.UsualLearningRate}; linear and more than two classes: {TrainingRequest.SoftmaxLearningRate}]");

    private readonly Option<ulong> _seed = Number<ulong>(
        "--seed", 1, 0, ulong.MaxValue, "All that is random follows from it: same seed, same result, to the bit.");

    private readonly Option<int> _threads = Threads();

    public ModelOptions() => _model.AcceptOnlyFromAmong("linear", "mlp");

    /// <summary>Makes them options of a command.</summary>
    public void AddTo(Command command)
    {
        command.AddAll(_model, _hidden, _epochs, _batch, _rate, _seed, _threads);

        command.Validators.Add(result =>
        {
            if (result.IsGiven(_hidden) && result.GetValue(_model) != "mlp")
            {
                result.AddError("--hidden-units needs --model mlp.");
            }
        });
    }

    /// <summary>What was given.</summary>
    public TrainingRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_model) == "mlp" ? ModelKind.Mlp : ModelKind.Linear,
        parsed.GetValue(_epochs).Number,
        parsed.GetValue(_batch),
        parsed.GetValue(_rate).Number,
        parsed.GetValue(_hidden),
        parsed.GetValue(_seed),
        parsed.GetValue(_threads));
}
