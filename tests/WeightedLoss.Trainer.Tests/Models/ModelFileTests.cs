using System.Text;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ModelKind.Linear)]
    [InlineData(ModelKind.Mlp)]
    public void Read_WhatWasWritten_IsTheSameModelToTheBit(object kind)
    {
        var (model, file) = Trained((ModelKind)kind);
        File.WriteAllBytes(_folder["m.json"], file.ToBytes());

        var read = ModelFile.Read(_folder["m.json"]);

        Assert.Equal(model.Parameters, read.ToModel().Parameters);
        Assert.Equal(file.ToBytes(), read.ToBytes());
        Assert.Equal(file.Standardizer.Means, read.Standardizer.Means);
    }

    [Theory]
    [InlineData(ModelKind.Linear)]
    [InlineData(ModelKind.Mlp)]
    public void Read_ModelOfSeveralClasses_IsTheSameModelToTheBit(object kind)
    {
        var (model, file) = TrainedOnClasses((ModelKind)kind);
        File.WriteAllBytes(_folder["m.json"], file.ToBytes());

        var read = ModelFile.Read(_folder["m.json"]);

        Assert.Equal(model.Parameters, read.ToModel().Parameters);
        Assert.Equal(file.ToBytes(), read.ToBytes());
        Assert.Equal(["a", "b", "c"], read.Label.Classes!);
        Assert.Equal([1, 2, 0.5f], read.Training.ClassWeights!);
        Assert.DoesNotContain("positiveWeight", File.ReadAllText(_folder["m.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"positive\": null", "\"positive\": \"a\"")]
    [InlineData("\"outputs\": 3", "\"outputs\": 2")]
    [InlineData("\"b\",", "\"a\",")]
    [InlineData("\"b\",", "")]
    [InlineData("\"b\",", "null,")]
    [InlineData("\"classes\": [", "\"classes\": null, \"c\": [")]
    public void Read_ClassesThatDoNotFit_AreAClearError(string from, string to)
    {
        var content = Encoding.UTF8.GetString(TrainedOnClasses(ModelKind.Linear).File.ToBytes());
        Assert.Contains(from, content, StringComparison.Ordinal);
        var path = _folder.Write("m.json", content.Replace(from, to, StringComparison.Ordinal));

        var error = Assert.Throws<InputException>(() => ModelFile.Read(path));

        Assert.StartsWith($"{path} is not a model: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_Written_HoldsTheNumericsVersion()
    {
        var (_, file) = Trained(ModelKind.Linear);

        Assert.Equal(LossKernels.NumericsVersion, file.NumericsVersion);
        Assert.Contains(
            $"\"numericsVersion\": {LossKernels.NumericsVersion}\n", Encoding.UTF8.GetString(file.ToBytes()), StringComparison.Ordinal);
    }

    // As written before there were models of several classes.
    [Fact]
    public void Read_FileOfFirstRelease_Works()
    {
        var path = _folder.Write("m.json", """
            {
              "format": "weighted-loss-model/1", "model": "linear",
              "label": { "column": "y", "index": 1, "positive": "1", "hasHeader": true },
              "features": [ { "name": "x", "mean": 0.5, "standardDeviation": 2 } ],
              "layers": [ { "inputs": 1, "outputs": 1, "weights": [ 3 ], "biases": [ -1 ] } ],
              "training": { "seed": 1, "epochs": 20, "batchSize": 256, "learningRate": 0.03, "positiveWeight": 7.5 }
            }
            """);

        var file = ModelFile.Read(path);

        Assert.Equal(("1", null, 7.5f), (file.Label.Positive, file.Label.Classes, file.Training.PositiveWeight));
        Assert.Null(file.NumericsVersion);
        Assert.DoesNotContain("numericsVersion", Encoding.UTF8.GetString(file.ToBytes()), StringComparison.Ordinal);
        Assert.Equal([3, -1], file.ToModel().Parameters[..2]);
    }

    [Theory]
    [InlineData("\n", "", "")] // a blank file
    [InlineData("null", "", "")]
    [InlineData("{}", "", "")]
    [InlineData("""{ "format": 1 }""", "", "")]
    [InlineData(null, "weighted-loss-model/1", "weighted-loss-model/9")]
    [InlineData(null, "\"linear\"", "\"cubic\"")]
    [InlineData(null, "\"linear\"", "\"mlp\"")]
    [InlineData(null, "\"inputs\": 14", "\"inputs\": 13")]
    [InlineData(null, "\"outputs\": 1", "\"outputs\": 2")]
    [InlineData(null, "\"standardDeviation\": ", "\"standardDeviation\": -")]
    [InlineData(null, "\"mean\": ", "\"mean\": null, \"m\": ")]
    [InlineData(null, "\"weights\": [", "\"weights\": [ 1,")]
    [InlineData(null, "\"weights\": [", "\"weights\": [ 1e99,")]
    [InlineData(null, "\"biases\": [", "\"biases\": [ \"NaN\",")]
    [InlineData(null, "\"layers\": [", "\"layers\": [ null,")]
    [InlineData(null, "\"features\": [", "\"features\": [ null,")]
    [InlineData(null, "\"label\": {", "\"label\": null, \"l\": {")]
    [InlineData(null, "\"numericsVersion\": ", "\"numericsVersion\": -")]
    [InlineData(null, "\n}\n", "")]
    public void Read_SomethingElse_IsAClearError(string? whole, string from, string to)
    {
        var content = whole ?? Encoding.UTF8.GetString(Trained(ModelKind.Linear).File.ToBytes());
        var spoiled = from.Length == 0 ? content : content.Replace(from, to, StringComparison.Ordinal);
        Assert.True(from.Length == 0 || spoiled != content);
        var path = _folder.Write("m.json", spoiled);

        var error = Assert.Throws<InputException>(() => ModelFile.Read(path));

        Assert.StartsWith($"{path} is not a model: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static (Model Model, ModelFile File) Trained(ModelKind kind)
    {
        var data = PaymentGenerator.Generate(seed: 5, rows: 1000);
        var parts = PreparedData.Create(data, seed: 5);
        var options = new TrainingOptions(kind, Epochs: 2, 64, 0.01f, HiddenUnits: 9, Seed: 5, Threads: 1);
        var (model, _) = TrainingRun.Train(parts.Rows, parts.Labels, new BinaryTrainingLoss(10), options, _ => new(0, 0), _ => { });
        return (model, ModelFile.Create(model, data, parts.Standardizer, options, new BinaryTrainingLoss(10)));
    }

    private static (Model Model, ModelFile File) TrainedOnClasses(ModelKind kind)
    {
        var payments = PaymentGenerator.Generate(seed: 5, rows: 300);
        var labels = Enumerable.Range(0, payments.Rows).Select(i => (byte)(i % 3)).ToArray();
        var data = payments with { Labels = labels, Label = new("kind", 14, Positive: null, HasHeader: true, ["a", "b", "c"]) };
        var parts = PreparedData.Create(data, seed: 5);
        var options = new TrainingOptions(kind, Epochs: 2, 64, 0.01f, HiddenUnits: 9, Seed: 5, Threads: 1);
        var loss = new MulticlassTrainingLoss([1, 2, 0.5f]);
        var (model, _) = TrainingRun.Train(parts.Rows, parts.Labels, loss, options, _ => new(0, 0), _ => { });
        return (model, ModelFile.Create(model, data, parts.Standardizer, options, loss));
    }
}
