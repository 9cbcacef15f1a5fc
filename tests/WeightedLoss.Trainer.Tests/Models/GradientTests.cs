using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Tests.Models;

/// <summary>The models against plain double arithmetic over their saved layers.</summary>
public sealed class GradientTests
{
    private const float PositiveWeight = 3;
    private const int Classes = 4;

    private static readonly float[] ClassWeights = [0.5f, 3, 1, 2];

    private readonly Matrix _rows = new(100, 5);
    private readonly byte[] _labels = new byte[100];
    private readonly byte[] _classLabels = new byte[100];

    public GradientTests()
    {
        var random = new Random(3);
        for (var i = 0; i < _rows.Rows; i++)
        {
            for (var j = 0; j < _rows.Features; j++)
            {
                _rows.Row(i)[j] = (random.NextSingle() * 4) - 2;
            }

            _rows.Row(i)[_rows.Features] = 1;
            _labels[i] = (byte)random.Next(2);
        }

        for (var i = 0; i < _rows.Rows; i++)
        {
            _classLabels[i] = (byte)random.Next(Classes);
        }
    }

    public static TheoryData<string> Kinds => ["linear", "mlp-7", "mlp-16", "mlp-33", "linear×4", "mlp-7×4", "mlp-16×4", "mlp-33×4"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_AgreeWithPlainArithmetic(string kind)
    {
        var model = RandomModel(kind);
        var logits = model.Logits(_rows, threads: 1);
        var layers = model.ToLayers();

        for (var i = 0; i < _rows.Rows; i++)
        {
            var plain = PlainLogits(layers, _rows.Row(i));
            Assert.Equal(model.Outputs, plain.Length);
            for (var k = 0; k < plain.Length; k++)
            {
                Assert.Equal(plain[k], logits[(i * plain.Length) + k], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Backward_EqualsFiniteDifferences(string kind)
    {
        const double Step = 1e-6;
        var model = RandomModel(kind);
        var activations = new float[_rows.Rows * model.Activations];
        var logits = new float[_rows.Rows * model.Outputs];
        var gradient = new float[model.Parameters.Length];
        var rows = _rows.RowsFrom(0, _rows.Rows);
        model.Forward(rows, activations, logits);
        if (model.Outputs == 1)
        {
            new BinaryTrainingLoss(PositiveWeight).LossAndGradient(logits, _labels);
        }
        else
        {
            new MulticlassTrainingLoss(ClassWeights).LossAndGradient(logits, _classLabels);
        }

        model.Backward(rows, activations, logits, gradient);

        // The gradient read back through the layers, like the weights.
        var asModel = model.FromSameShape(gradient);
        foreach (var (layer, slopes) in model.ToLayers().Zip(asModel.ToLayers()))
        {
            var plain = model.ToLayers();
            var index = Array.FindIndex(plain, l => l.Inputs == layer.Inputs && l.Outputs == layer.Outputs);
            for (var k = 0; k < layer.Weights.Length; k++)
            {
                Assert.Equal(Slope(plain, index, weight: true, k, Step), slopes.Weights[k], 2e-5);
            }

            for (var k = 0; k < layer.Biases.Length; k++)
            {
                Assert.Equal(Slope(plain, index, weight: false, k, Step), slopes.Biases[k], 2e-5);
            }
        }

        Assert.Contains(gradient, slope => Math.Abs(slope) > 1e-2);
    }

    [Fact]
    public void Training_PaddedWeights_StayZero()
    {
        var options = new TrainingOptions(ModelKind.Mlp, 3, 32, 0.05f, HiddenUnits: 7, Seed: 1, Threads: 1);
        var (model, _) = TrainingRun.Train(_rows, _labels, new BinaryTrainingLoss(PositiveWeight), options, _ => new(0, 0), _ => { });

        // What is saved is all there is: rebuilt from the layers the model is the same.
        Assert.Equal(model.Parameters, MlpModel.FromLayers(model.ToLayers()[0], model.ToLayers()[1]).Parameters);
    }

    [Fact]
    public void FirstBiases_OfClasses_GiveTheWeightedShares()
    {
        var biases = new MulticlassTrainingLoss([2, 1, 4]).FirstBiases([0, 1, 1, 1, 1, 2, 2, 2]);

        // Weighted rows 2, 4 and 12.
        Assert.Equal(Math.Log(4.0 / 2), biases[1] - biases[0], 1e-6);
        Assert.Equal(Math.Log(12.0 / 2), biases[2] - biases[0], 1e-6);
    }

    private Model RandomModel(string kind)
    {
        var outputs = kind.EndsWith('4') ? Classes : 1;
        var shape = kind.Split('×')[0];
        Model model = shape == "linear"
            ? new LinearModel(_rows.Features, outputs)
            : MlpModel.Random(_rows.Features, int.Parse(shape[4..], null), outputs, seed: 9);
        if (model is LinearModel)
        {
            var stride = model.Parameters.Length / outputs;
            for (var k = 0; k < outputs; k++)
            {
                new float[] { 0.5f - k, -1, (0.25f * k) + 0.25f, 2, -0.75f }.CopyTo(model.Parameters, k * stride);
            }
        }

        for (var k = 0; k < outputs; k++)
        {
            model.Bias(k) = 0.3f - (0.2f * k);
        }

        return model;
    }

    private double Slope(Layer[] layers, int layer, bool weight, int k, double step) =>
        (PlainLoss(layers, layer, weight, k, step) - PlainLoss(layers, layer, weight, k, -step)) / (2 * step);

    private double PlainLoss(Layer[] layers, int layer, bool weight, int k, double step)
    {
        var sum = 0.0;
        for (var i = 0; i < _rows.Rows; i++)
        {
            var logits = PlainLogits(layers, _rows.Row(i), layer, weight, k, step);
            var y = _classLabels[i];
            sum += logits is not [var z] ? ClassWeights[y] * (Math.Log(logits.Sum(Math.Exp)) - logits[y])
                : _labels[i] == 1 ? PositiveWeight * Math.Log(1 + Math.Exp(-z))
                : Math.Log(1 + Math.Exp(z));
        }

        return sum / _rows.Rows;
    }

    private static double[] PlainLogits(
        Layer[] layers, ReadOnlySpan<float> row, int movedLayer = -1, bool movedWeight = false, int moved = -1, double step = 0)
    {
        var x = new double[layers[0].Inputs];
        for (var j = 0; j < x.Length; j++)
        {
            x[j] = row[j];
        }

        for (var n = 0; n < layers.Length; n++)
        {
            var y = new double[layers[n].Outputs];
            for (var o = 0; o < y.Length; o++)
            {
                y[o] = layers[n].Biases[o] + (n == movedLayer && !movedWeight && o == moved ? step : 0);
                for (var j = 0; j < x.Length; j++)
                {
                    var k = (j * y.Length) + o;
                    y[o] += x[j] * (layers[n].Weights[k] + (n == movedLayer && movedWeight && k == moved ? step : 0));
                }

                y[o] = n < layers.Length - 1 ? Math.Max(0, y[o]) : y[o];
            }

            x = y;
        }

        return x;
    }
}

internal static class ModelExtensions
{
    /// <summary>A model of the same shape with other parameters.</summary>
    public static Model FromSameShape(this Model model, float[] parameters)
    {
        var layers = model.ToLayers();
        Model other = layers.Length == 1 ? LinearModel.FromLayer(layers[0]) : MlpModel.FromLayers(layers[0], layers[1]);
        parameters.CopyTo(other.Parameters, 0);
        return other;
    }
}
