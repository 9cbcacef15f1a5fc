using System.Numerics;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>A workload of binary cross-entropy, of focal loss with γ = 2, or of the asymmetric loss with its usual parameters.</summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed unsafe class BinaryWorkload<T> : Workload<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public BinaryWorkload(BenchmarkCase @case)
        : base(@case)
    {
        Labels = Allocate<byte>(@case.Logits);
        Targets = Allocate<T>(@case.Logits);
        Options = new BinaryCrossEntropyOptions<T>(Reduction.MeanByCount)
        {
            PositiveWeight = T.CreateChecked(3),
            MaxDegreeOfParallelism = @case.Threads,
        };
        Losses = Allocate<T>(@case.Logits);
        FocalOptions = new SigmoidFocalOptions<T>(Options.Reduction)
        {
            PositiveWeight = Options.PositiveWeight,
            MaxDegreeOfParallelism = @case.Threads,
        };
        AsymmetricOptions = new AsymmetricLossOptions<T>(Options.Reduction)
        {
            PositiveWeight = Options.PositiveWeight,
            MaxDegreeOfParallelism = @case.Threads,
        };
        Fill();
        ReferenceLoss = Contenders.Ours.PublicCall(this)(this).Loss;
        GradientSpan.CopyTo(ReferenceGradientSpan);
    }

    public BinaryCrossEntropyOptions<T> Options { get; }

    /// <summary>The same weights for focal loss.</summary>
    public SigmoidFocalOptions<T> FocalOptions { get; }

    /// <summary>The same weights for the asymmetric loss.</summary>
    public AsymmetricLossOptions<T> AsymmetricOptions { get; }

    /// <summary>Those of the loss whose name a kernel's id begins with.</summary>
    public BinaryOptions<T> OptionsOf(string kernelId) => kernelId.Split('-')[0] switch
    {
        "focal" => FocalOptions,
        "asymmetric" => AsymmetricOptions,
        _ => Options,
    };

    /// <summary>Receives losses one by one where a contender writes them.</summary>
    public T* Losses { get; }

    public Span<T> LossSpan => new(Losses, Case.Logits);

    /// <summary>Labels that follow the logits, as many positive as the case says.</summary>
    public byte* Labels { get; }

    /// <summary>Targets in [0, 1).</summary>
    public T* Targets { get; }

    public ReadOnlySpan<byte> LabelSpan => new(Labels, Case.Logits);

    public ReadOnlySpan<T> TargetSpan => new(Targets, Case.Logits);

    public override double LargestGradient => double.CreateChecked(Options.PositiveWeight) / Case.Logits;

    /// <summary>Logits are normally distributed, with standard deviation 3; exp gets −|logit|.</summary>
    private void Fill()
    {
        var random = new Random(20240229);
        for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
        {
            Logits[i] = T.CreateChecked(3 * NextNormal(random));
            ExpArguments[i] = -T.Abs(Logits[i]);
            Targets[i] = T.CreateChecked(random.NextSingle());
        }

        var shift = FindShift();
        for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
        {
            Labels[i] = (byte)(random.NextDouble() < Sigmoid(double.CreateChecked(Logits[i]) - shift) ? 1 : 0);
        }

        Repeat(Logits, Period, Case.Logits);
        Repeat(ExpArguments, Period, Case.Logits);
        Repeat(Labels, Period, Case.Logits);
        Repeat(Targets, Period, Case.Logits);
    }

    /// <summary>What to take from the logits so that their mean probability is the share of positives: by bisection.</summary>
    private double FindShift()
    {
        var (low, high) = (-30.0, 30.0);
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            var mean = 0.0;
            for (var i = 0; i < Math.Min(Case.Logits, Period); i++)
            {
                mean += Sigmoid(double.CreateChecked(Logits[i]) - middle) / Math.Min(Case.Logits, Period);
            }

            (low, high) = mean > Case.PositiveShare ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
