using System.Diagnostics;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Models;

/// <summary>How to train, apart from the data.</summary>
internal sealed record TrainingOptions(
    ModelKind Model, int Epochs, int BatchSize, float LearningRate, int HiddenUnits, ulong Seed, int Threads);

/// <summary>The models there are.</summary>
internal enum ModelKind
{
    /// <summary>Logistic regression.</summary>
    Linear,

    /// <summary>One hidden layer.</summary>
    Mlp,
}

/// <summary>What one epoch came to.</summary>
/// <param name="Number">Counting from 1.</param>
/// <param name="Loss">The mean weighted loss of the training rows, each measured just before its own step.</param>
/// <param name="Validation">Figures of the validation rows after the epoch.</param>
internal sealed record EpochFigures(int Number, double Loss, ValidationFigures Validation);

/// <summary>Figures of the validation rows, without weights.</summary>
/// <param name="LogLoss">The mean log loss.</param>
/// <param name="Score">The figure that suits the labels; the best is 1.</param>
internal sealed record ValidationFigures(double LogLoss, double Score);

/// <summary>Where the time of a training went, validation left out.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Kernel">Inside the call of the loss kernel.</param>
/// <param name="Samples">The number of losses and gradients computed.</param>
internal sealed record TrainingTime(TimeSpan Total, TimeSpan Kernel, long Samples)
{
    /// <summary>The part of the time spent in the loss kernel.</summary>
    public double KernelShare => Kernel / Total;

    /// <summary>Nanoseconds per sample spent in the loss kernel.</summary>
    public double KernelNanosecondsPerSample => Kernel.TotalNanoseconds / Samples;
}

/// <summary>Mini-batch training of one model with one loss.</summary>
internal sealed class TrainingRun
{
    // Below this many products per step, about 0.1 ms, handing out the work to threads costs more than they save.
    private const long WorkWorthThreads = 500_000;

    private readonly int _threads;
    private readonly Model _model;
    private readonly Adam _adam;
    private readonly Matrix _rows;
    private readonly byte[] _labels;
    private readonly float[] _weights;
    private readonly TrainingLoss _loss;

    // Of one mini-batch.
    private readonly Matrix _batch;
    private readonly byte[] _batchLabels;
    private readonly float[] _batchWeights;
    private readonly float[] _logits;
    private readonly float[] _activations;
    private readonly float[][] _chunkGradients;

    private long _kernelTicks;

    private TrainingRun(Matrix rows, byte[] labels, float[] weights, TrainingLoss loss, TrainingOptions options)
    {
        _rows = rows;
        _labels = labels;
        _weights = weights;
        _loss = loss;
        _model = options.Model == ModelKind.Linear
            ? new LinearModel(rows.Features, loss.Outputs)
            : MlpModel.Random(rows.Features, options.HiddenUnits, loss.Outputs, options.Seed);

        // Start at the (weighted) shares of the classes: the way there from equal shares is long, and all of it is known.
        var biases = loss.FirstBiases(labels, weights);
        for (var k = 0; k < biases.Length; k++)
        {
            _model.Bias(k) = biases[k];
        }

        _adam = new(_model.Parameters.Length);

        var batchSize = Math.Min(options.BatchSize, rows.Rows);
        _threads = (long)batchSize * _model.Parameters.Length >= WorkWorthThreads ? options.Threads : 1;
        _batch = new(batchSize, rows.Features);
        _batchLabels = new byte[batchSize];
        _batchWeights = new float[weights.Length == 0 ? 0 : batchSize];
        _logits = new float[Matrix.LengthOf(batchSize, loss.Outputs)];
        _activations = new float[Matrix.LengthOf(batchSize, _model.Activations)];
        _chunkGradients = new float[Chunks.CountOf(batchSize, Model.RowsPerChunk)][];
        for (var chunk = 0; chunk < _chunkGradients.Length; chunk++)
        {
            _chunkGradients[chunk] = new float[_model.Parameters.Length];
        }
    }

    /// <summary>Trains a model.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="labels">Their labels, counting from 0.</param>
    /// <param name="loss">What is minimised.</param>
    /// <param name="options">How to train.</param>
    /// <param name="validate">Called after each epoch for figures of the validation rows.</param>
    /// <param name="report">Called after each epoch.</param>
    /// <param name="weights">The rows' own weights; or none. Only their proportions matter.</param>
    public static (Model Model, TrainingTime Time) Train(
        Matrix rows,
        byte[] labels,
        TrainingLoss loss,
        TrainingOptions options,
        Func<Model, ValidationFigures> validate,
        Action<EpochFigures> report,
        float[]? weights = null)
    {
        weights = weights is { Length: > 0 } ? SampleWeights.ToMeanOne(weights) : [];

        // A step that is thrown away, so that the time of the first training isn't that of the JIT compiler.
        _ = new TrainingRun(rows, labels, weights, loss, options).Step([0], options.LearningRate);

        var run = new TrainingRun(rows, labels, weights, loss, options);
        var random = new Xoshiro256(options.Seed, RandomPurpose.Epochs);
        var order = Enumerable.Range(0, rows.Rows).ToArray();
        var steps = (long)options.Epochs * Chunks.CountOf(rows.Rows, run._batchLabels.Length);
        var stepsLeft = steps;
        long ticks = 0;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            var sum = default(LossSum);
            random.Shuffle(order);
            for (var first = 0; first < order.Length; first += run._batchLabels.Length)
            {
                // The rate falls in a straight line to 0, so that the last steps settle instead of jumping about the minimum.
                var rate = (float)(options.LearningRate * ((double)stepsLeft-- / steps));
                sum += run.Step(order.AsSpan(first, Math.Min(run._batchLabels.Length, order.Length - first)).ToArray(), rate);
            }

            ticks += Stopwatch.GetTimestamp() - start;
            if (!double.IsFinite(sum.Loss) || !Array.TrueForAll(run._model.Parameters, float.IsFinite))
            {
                throw new InputException($"The training diverged in epoch {epoch}; try a smaller --learning-rate.");
            }

            report(new(epoch, sum.MeanByCount, validate(run._model)));
        }

        var samples = (long)options.Epochs * rows.Rows;
        return (run._model, new(Elapsed(ticks), Elapsed(run._kernelTicks), samples));
    }

    private static TimeSpan Elapsed(long ticks) => Stopwatch.GetElapsedTime(0, ticks);

    private LossSum Step(int[] batch, float learningRate)
    {
        Chunks.ForEach(batch.Length, Model.RowsPerChunk, _threads, (_, first, count) =>
        {
            for (var i = first; i < first + count; i++)
            {
                _rows.Row(batch[i]).CopyTo(_batch.Row(i));
                _batchLabels[i] = _labels[batch[i]];
                if (_weights.Length != 0)
                {
                    _batchWeights[i] = _weights[batch[i]];
                }
            }

            _model.Forward(_batch.RowsFrom(first, count), Activations(first, count), Logits(first, count));
        });

        // The gradient takes the place of the logits.
        var start = Stopwatch.GetTimestamp();
        var loss = _loss.LossAndGradient(
            Logits(0, batch.Length),
            _batchLabels.AsSpan(0, batch.Length),
            _batchWeights.AsSpan(0, Math.Min(batch.Length, _batchWeights.Length)));
        _kernelTicks += Stopwatch.GetTimestamp() - start;

        Chunks.ForEach(batch.Length, Model.RowsPerChunk, _threads, (chunk, first, count) =>
        {
            var gradient = _chunkGradients[chunk];
            Array.Clear(gradient);
            _model.Backward(_batch.RowsFrom(first, count), Activations(first, count), Logits(first, count), gradient);
        });

        // In the order of the chunks, not in that of the threads.
        var sum = _chunkGradients[0];
        for (var chunk = 1; chunk < Chunks.CountOf(batch.Length, Model.RowsPerChunk); chunk++)
        {
            DenseAlgebra.AddScaled(1, _chunkGradients[chunk], sum);
        }

        _adam.Step(_model.Parameters, sum, learningRate);
        return loss;
    }

    private Span<float> Logits(int first, int count) => _logits.AsSpan(first * _model.Outputs, count * _model.Outputs);

    private Span<float> Activations(int first, int count) =>
        _activations.AsSpan(first * _model.Activations, count * _model.Activations);
}
