using System.Numerics;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A workload of cross-entropy, or of focal loss with γ = 2, with hard labels and class weights.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class CrossEntropyWorkload<T> : Workload<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public CrossEntropyWorkload(BenchmarkCase @case)
        : base(@case)
    {
        Labels = Allocate<int>(@case.N);
        ClassWeights = Allocate<T>(@case.Classes);
        for (var k = 0; k < @case.Classes; k++)
        {
            // Any weights will do that differ from 1 and from one another.
            ClassWeights[k] = T.CreateChecked(0.5 + (0.25 * (k % 7)));
            LargestWeight = T.Max(LargestWeight, ClassWeights[k]);
        }

        Options = new CrossEntropyOptions<T>(@case.Classes, Reduction.MeanByCount)
        {
            ClassWeights = new ReadOnlySpan<T>(ClassWeights, @case.Classes),
            MaxDegreeOfParallelism = @case.Threads,
        };
        FocalOptions = new SoftmaxFocalOptions<T>(@case.Classes, Options.Reduction)
        {
            ClassWeights = Options.ClassWeights,
            MaxDegreeOfParallelism = @case.Threads,
        };
        Fill();
        ReferenceLoss = Contenders.Ours.PublicCall(this)(this).Loss;
        GradientSpan.CopyTo(ReferenceGradientSpan);
    }

    public CrossEntropyOptions<T> Options { get; }

    /// <summary>The same weights for focal loss.</summary>
    public SoftmaxFocalOptions<T> FocalOptions { get; }

    /// <summary>Those of the loss whose name a kernel's id begins with.</summary>
    public SoftmaxOptions<T> OptionsOf(string kernelId) => kernelId.StartsWith("focal-", StringComparison.Ordinal) ? FocalOptions : Options;

    /// <summary>The labels, one for each row.</summary>
    public int* Labels { get; }

    /// <summary>The weights, one for each class.</summary>
    public T* ClassWeights { get; }

    /// <summary>The largest of the weights.</summary>
    public T LargestWeight { get; } = T.Zero;

    /// <summary>What the reduction multiplies the gradient by.</summary>
    public T Scale => T.One / T.CreateChecked(Case.N);

    public ReadOnlySpan<int> LabelSpan => new(Labels, Case.N);

    public override double LargestGradient => double.CreateChecked(LargestWeight) / Case.N;

    /// <summary>
    /// Compares with the formula in double. A logit less the largest is rounded before exp sees it, so that in float the relative error
    /// of a small gradient is a millionth.
    /// </summary>
    public override string? FindReferenceError()
    {
        if (Case.Loss == "focal")
        {
            // The scalar loop is as independent.
            return null;
        }

        var (sumTolerance, gradientTolerance, smallest) = typeof(T) == typeof(float) ? (1e-6, 4e-6, 1e-37) : (1e-13, 2e-14, 1e-307);
        var exps = new double[Case.Classes];
        var sum = 0d;
        for (var i = 0; i < Case.N; i++)
        {
            var row = LogitSpan.Slice(i * Case.Classes, Case.Classes);
            var label = Labels[i];
            var weight = double.CreateChecked(ClassWeights[label]);
            var max = row[0];
            foreach (var logit in row)
            {
                max = T.Max(max, logit);
            }

            var others = 0d;
            for (var k = 0; k < row.Length; k++)
            {
                exps[k] = Math.Exp(double.CreateChecked(row[k]) - double.CreateChecked(max));
                others += k == label ? 0 : exps[k];
            }

            var total = others + exps[label];
            sum += weight * (Math.Log(total) + double.CreateChecked(max - row[label]));
            for (var k = 0; k < row.Length; k++)
            {
                var expected = weight * (k == label ? -others : exps[k]) / total / Case.N;
                var actual = double.CreateChecked(ReferenceGradient[(i * Case.Classes) + k]);
                if (!(Math.Abs(actual - expected) <= smallest + (gradientTolerance * Math.Abs(expected))))
                {
                    return $"gradient {k} of row {i} is {actual:R} and should be {expected:R}";
                }
            }
        }

        return Agreement.FindSumError(ReferenceLoss, sum, sumTolerance);
    }

    /// <summary>
    /// Logits are normally distributed, with standard deviation 3. A label is drawn from the softmax of its row, as it is when a model
    /// is right about its probabilities. Exp gets the logits less the largest of their row.
    /// </summary>
    private void Fill()
    {
        var random = new Random(20240229);
        var rows = Math.Min(Case.N, Math.Max(1, Period / Case.Classes));
        for (var i = 0; i < rows; i++)
        {
            var row = Logits + (i * Case.Classes);
            var exps = ExpArguments + (i * Case.Classes);
            var max = T.NegativeInfinity;
            var best = double.NegativeInfinity;
            for (var k = 0; k < Case.Classes; k++)
            {
                row[k] = T.CreateChecked(3 * NextNormal(random));
                max = T.Max(max, row[k]);

                // The class of the largest logit plus a Gumbel number is a draw from the softmax.
                var perturbed = double.CreateChecked(row[k]) - Math.Log(-Math.Log(1 - random.NextDouble()));
                (best, Labels[i]) = perturbed > best ? (perturbed, k) : (best, Labels[i]);
            }

            for (var k = 0; k < Case.Classes; k++)
            {
                exps[k] = row[k] - max;
            }
        }

        Repeat(Logits, rows * Case.Classes, Case.Logits);
        Repeat(ExpArguments, rows * Case.Classes, Case.Logits);
        Repeat(Labels, rows, Case.N);
    }
}
