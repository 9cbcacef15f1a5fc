using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>What is done to the training rows so that each class has as many.</summary>
internal enum SamplingKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Rows of smaller classes are repeated.</summary>
    Over,

    /// <summary>Rows of larger classes are left out.</summary>
    Under,

    /// <summary>Rows are made between those of smaller classes.</summary>
    Smote,
}

/// <summary>Evens out the classes of training rows.</summary>
/// <param name="Kind">How.</param>
/// <param name="Neighbors">k of SMOTE.</param>
internal sealed record Sampling(SamplingKind Kind, int Neighbors)
{
    /// <summary>Throws if a class has too few training rows.</summary>
    public void Check(LabelInfo label, Rotation rotation)
    {
        for (var k = 0; Kind == SamplingKind.Smote && k < label.Count; k++)
        {
            if (rotation.TrainingCounts[k] <= Neighbors)
            {
                throw new InputException(
                    $"SMOTE with {Neighbors} neighbours needs at least {Neighbors + 1} training rows of each class, but of "
                    + $"{label.NameOf(k)} there are {rotation.TrainingCounts[k]} when fold {rotation.Fold + 1} is tested; give fewer "
                    + "--neighbors, or --methods without smote.");
            }
        }
    }

    /// <summary>The rows to train on.</summary>
    public LabelledRows Apply(LabelledRows rows, int classes, ulong seed) => Kind switch
    {
        SamplingKind.None => rows,
        SamplingKind.Over => Take(rows, RandomResampling.Oversample<byte>(rows.Labels, classes, seed)),
        SamplingKind.Under => Take(rows, RandomResampling.Undersample<byte>(rows.Labels, classes, seed)),
        _ => WithSynthetic(rows, classes, seed),
    };

    private static LabelledRows Take(LabelledRows from, int[] rows)
    {
        var matrix = new Matrix(rows.Length, from.Rows.Features);
        for (var i = 0; i < rows.Length; i++)
        {
            from.Rows.Row(rows[i]).CopyTo(matrix.Row(i));
        }

        return new(matrix, Array.ConvertAll(rows, i => from.Labels[i]), SampleWeights.Of(from.Weights, rows));
    }

    // A row that is made weighs what the rows of its class weigh on average.
    private LabelledRows WithSynthetic(LabelledRows from, int classes, ulong seed)
    {
        var features = from.Rows.Features;
        var values = new float[Matrix.LengthOf(from.Rows.Rows, features)];
        for (var i = 0; i < from.Rows.Rows; i++)
        {
            from.Rows.Row(i)[..features].CopyTo(values.AsSpan(i * features));
        }

        var counts = new ClassCounts(classes).Add(from.Labels);
        var most = counts.AsSpan().ToArray().Max();
        var matrix = new Matrix(Matrix.LengthOf(most, classes), features);
        var labels = new byte[matrix.Rows];
        var sums = SampleWeights.ByClass(from.Weights, from.Labels, classes);
        var weights = new List<float>(from.Weights);
        var next = 0;
        Add(values, from.Labels);
        for (var k = 0; k < classes; k++)
        {
            var count = (int)(most - counts[k]);
            var made = Smote.Generate<float, byte>(values, features, from.Labels, k, count, seed, Neighbors);
            Add(made, [.. Enumerable.Repeat((byte)k, count)]);
            weights.AddRange(Enumerable.Repeat((float)(sums[k] / counts[k]), from.Weights.Length == 0 ? 0 : count));
        }

        return new(matrix, labels, [.. weights]);

        void Add(float[] rows, byte[] of)
        {
            for (var i = 0; i < of.Length; i++, next++)
            {
                rows.AsSpan(i * features, features).CopyTo(matrix.Row(next));
                matrix.Row(next)[features] = 1;
                labels[next] = of[i];
            }
        }
    }
}
