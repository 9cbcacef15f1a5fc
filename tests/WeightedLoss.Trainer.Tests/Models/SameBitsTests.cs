using System.Security.Cryptography;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Tests.Models;

/// <summary>Same seed, same bits: on any number of threads, any instruction set and any machine.</summary>
public sealed class SameBitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A change of the data, the arithmetic or the file's layout changes these on purpose; a machine must not.
    [Theory]
    [InlineData(
        "linear",
        "3427cccf04df4f9681f36440a550d6d57553fd23db1c3b61b22ef8153449e535",
        "d0fcfde9fb4ed53255bf58e7a340f63da89df666b15c3d2a8fff490be6bc7555")]
    [InlineData(
        "mlp",
        "9679d6df3b818f5c06bddd3084402ca26802c6b2fb7edff596c7533ccb5089dd",
        "6601a6a02b50a80e60105615d8f969fef9510c94f78b0993b82b23599f7b5ab3")]
    public void Train_GeneratedPayments_GivesTheModelsOnRecord(string model, string unweighted, string weighted)
    {
        var run = Cli.Run("train", "--model", model, "--epochs", "1", "--seed", "42", "--out", _folder.Path);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((unweighted, weighted), (Sha256Of("unweighted.json"), Sha256Of("weighted.json")));
    }

    [Theory]
    [InlineData(ModelKind.Linear, 16_384, 32)] // many chunks: enough work for threads to be used
    [InlineData(ModelKind.Mlp, 1000, 128)]
    public void Train_MoreThreads_GiveTheSameModel(object kind, int batchSize, int hiddenUnits)
    {
        var data = PaymentGenerator.Generate(seed: 3, rows: 45_000);
        var parts = PreparedData.Create(data, seed: 3);
        var (one, _) = Train(1);

        foreach (var threads in (int[])[2, 5])
        {
            var (more, _) = Train(threads);
            Assert.Equal(one.Parameters, more.Parameters);
            Assert.Equal(one.Logits(parts.ValidationRows, 1), one.Logits(parts.ValidationRows, threads));
        }

        (Model Model, TrainingTime Time) Train(int threads) => TrainingRun.Train(
            parts.Rows,
            parts.Labels,
            new BinaryTrainingLoss(20),
            new((ModelKind)kind, Epochs: 1, batchSize, LearningRate: 0.01f, hiddenUnits, Seed: 3, threads),
            _ => new(0, 0),
            _ => { });
    }

    [Theory]
    [InlineData(ModelKind.Linear, 16_384, 32)]
    [InlineData(ModelKind.Mlp, 1000, 128)]
    public void Train_ClassesAndMoreThreads_GiveTheSameModel(object kind, int batchSize, int hiddenUnits)
    {
        var payments = PaymentGenerator.Generate(seed: 3, rows: 45_000);
        var label = new LabelInfo("kind", 14, Positive: null, HasHeader: true, ["a", "b", "c", "d", "e"]);
        var parts = PreparedData.Create(payments with { Labels = KindsOf(payments), Label = label }, seed: 3);
        var one = Train(1);

        foreach (var threads in (int[])[2, 5])
        {
            var more = Train(threads);
            Assert.Equal(one.Parameters, more.Parameters);
            Assert.Equal(one.Logits(parts.ValidationRows, 1), one.Logits(parts.ValidationRows, threads));
        }

        Model Train(int threads) => TrainingRun.Train(
            parts.Rows,
            parts.Labels,
            new MulticlassTrainingLoss([1, 2, 3, 0.5f, 7]),
            new((ModelKind)kind, Epochs: 1, batchSize, LearningRate: 0.01f, hiddenUnits, Seed: 3, threads),
            _ => new(0, 0),
            _ => { }).Model;
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Train_ClassesAndInstructionSetSwitchedOff_GivesTheSameModel(string variable)
    {
        var payments = PaymentGenerator.Generate(seed: 5, rows: 2000);
        var kinds = KindsOf(payments);
        var features = payments.FeatureNames.Length;
        File.WriteAllLines(
            _folder["payments.csv"],
            payments.Values.Select(x => FormattableString.Invariant($"{x:R}"))
                .Chunk(features)
                .Select((row, i) => string.Join(',', row.Append($"{kinds[i]}")))
                .Prepend(string.Join(',', payments.FeatureNames.Append("kind"))));

        await CompareWithSwitchedOff(variable);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Train_InstructionSetSwitchedOff_GivesTheSameModel(string variable)
    {
        Cli.WritePayments(_folder["payments.csv"], rows: 3000);

        await CompareWithSwitchedOff(variable);
    }

    // Five classes of unequal size that the features tell apart in part.
    private static byte[] KindsOf(LabelledData payments) =>
        [.. payments.Values.Chunk(payments.FeatureNames.Length).Select(row => (byte)Math.Clamp((int)(2 * row[0]), 0, 4))];

    private async Task CompareWithSwitchedOff(string variable)
    {
        foreach (var model in (string[])["linear", "mlp"])
        {
            await TrainInChild(model, "all", null);
            await TrainInChild(model, "less", variable);
            foreach (var name in (string[])["weighted.json", "unweighted.json"])
            {
                Assert.Equal(
                    await File.ReadAllTextAsync(_folder[$"all/{name}"], TestContext.Current.CancellationToken),
                    await File.ReadAllTextAsync(_folder[$"less/{name}"], TestContext.Current.CancellationToken));
            }
        }
    }

    private string Sha256Of(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[name])));

    private async Task TrainInChild(string model, string folder, string? switchedOff)
    {
        using var process = ChildProcess.Start(
            ["train", "--data", _folder["payments.csv"], "--model", model, "--epochs", "2", "--out", _folder[folder]], switchedOff);
        await ChildProcess.Finish(process);
    }
}
