using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;
using CrossEntropyF32RowsChoice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF32RowsChoice;

namespace WeightedLoss.Tests.Memory;

/// <summary>
/// The references that a kernel is handed point into the arrays of the call, to the stack, or nowhere, also those that the kernel does
/// not read: a garbage collection looks at all of them and takes an address inside of its heap for that of an object.
/// </summary>
public sealed unsafe class ReferenceTests
{
    /// <summary>Several chunks and a tail.</summary>
    private const int Length = (3 * ChunkedSum.SampleChunk) + 5;

    /// <summary>How far above the kernel's own frame memory on the stack may lie: the tiles of all callers take far less.</summary>
    private const int StackReach = 1 << 21;

    /// <summary>The arrays of the call that is being made.</summary>
    private static readonly List<(nuint Start, nuint End)> s_arrays = [];

    private static readonly Lock s_gate = new();
    private static readonly ConcurrentBag<string> s_strays = [];
    private static SigmoidFocalOptions<float>? s_options;
    private static bool s_rentsScratch;
    private static int s_calls;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BinaryLoss_EveryForm_HandsNoStrayReferenceOver(bool wantsGradient)
    {
        foreach (var columns in new[] { 1, 5 })
        {
            foreach (var smoothing in new[] { 0f, 0.1f })
            {
                // γ = 0 is the loss at the limit, which has sums of its own.
                (float Gamma, FocalTargets Targets)[] forms =
                    [(0, FocalTargets.PerClass), (2, FocalTargets.PerClass), (2, FocalTargets.Mixed)];
                foreach (var (gamma, targets) in forms)
                {
                    foreach (var perRow in new[] { false, true })
                    {
                        var options = new SigmoidFocalOptions<float>(Reduction.MeanByCount)
                        {
                            Gamma = gamma,
                            Targets = targets,
                            LabelSmoothing = smoothing,
                            Columns = columns,
                            PositiveWeights = columns == 1 ? default : Enumerable.Repeat(2f, columns).ToArray(),
                        };
                        float[]?[] weightings = perRow ? [Array<float>(Length / columns)] : [null, Array<float>(Length / columns * columns)];
                        foreach (var weights in weightings)
                        {
                            Binary(Array<byte>(Length / columns * columns), options, weights, wantsGradient);
                            Binary(Array<int>(Length / columns * columns), options, weights, wantsGradient);
                            Binary(Array<float>(Length / columns * columns), options, weights, wantsGradient);
                        }
                    }
                }
            }
        }

        AssertNoStrays();
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(100, false)]
    [InlineData(300, false)]
    [InlineData(300, true)]
    public void CrossEntropyLoss_EveryForm_HandsNoStrayReferenceOver(int classes, bool classMajor)
    {
        // Whole blocks where scratch memory is rented, of which the test knows nothing: rows beyond them would be copied to more of it.
        s_rentsScratch = classMajor && classes > KernelFacts.MostClassesInLanes;
        var rows = RowsOf(classes);
        foreach (var smoothing in new[] { 0f, 0.1f })
        {
            foreach (var weights in new[] { null, Array<float>(rows) })
            {
                foreach (var wantsGradient in new[] { false, true })
                {
                    var options = new CrossEntropyOptions<float>(classes, Reduction.MeanByCount)
                    {
                        LabelSmoothing = smoothing,
                        Layout = classMajor ? LogitLayout.ClassMajor : LogitLayout.RowMajor,
                    };
                    CrossEntropy(Array<byte>(rows), classes, options, weights, wantsGradient);
                    CrossEntropy(Array<int>(rows), classes, options, weights, wantsGradient);
                    CrossEntropy(Array<float>(rows * classes), classes, options, weights, wantsGradient);
                }
            }
        }

        AssertNoStrays();
    }

    private static int RowsOf(int classes) => s_rentsScratch ? Length / classes / 16 * 16 : (Length / classes) + 1;

    private static void Binary<TLabel>(TLabel[] labels, SigmoidFocalOptions<float> options, float[]? weights, bool wantsGradient)
        where TLabel : unmanaged
    {
        s_options = options;
        var (logits, gradient) = (Array<float>(labels.Length), Array<float>(labels.Length));
        foreach (var losses in new[] { null, Array<float>(labels.Length) })
        {
            Expect(logits, labels, gradient, weights, losses);
            _ = wantsGradient
                ? BinaryLoss.LossAndGradient<Probe, SumProbe, float, TLabel>(logits, labels, gradient, options, weights, losses)
                : BinaryLoss.Loss<Probe, SumProbe, float, TLabel>(logits, labels, options, weights, losses);
        }
    }

    private static void CrossEntropy<TLabel>(
        TLabel[] labels, int classes, CrossEntropyOptions<float> options, float[]? weights, bool wantsGradient)
        where TLabel : unmanaged
    {
        var rows = RowsOf(classes);
        var (logits, gradient, losses) = (Array<float>(rows * classes), Array<float>(rows * classes), Array<float>(rows));
        Expect(logits, labels, gradient, weights, losses);
        _ = wantsGradient
            ? CrossEntropyLoss.LossAndGradient<RowsProbe, CrossEntropyF32RowsChoice, CrossEntropyF32RowsChoice, float, TLabel>(
                logits, labels, gradient, options, weights, losses)
            : CrossEntropyLoss.Loss<RowsProbe, CrossEntropyF32RowsChoice, CrossEntropyF32RowsChoice, float, TLabel>(
                logits, labels, options, weights, default);
    }

    private static T[] Array<T>(int length)
        where T : unmanaged => GC.AllocateArray<T>(length, pinned: true);

    private static void Expect<TLabel>(float[] logits, TLabel[] labels, float[] gradient, float[]? weights, float[]? losses)
        where TLabel : unmanaged
    {
        s_arrays.Clear();
        Add(logits);
        Add(labels);
        Add(gradient);
        Add(weights ?? []);
        Add(losses ?? []);

        static void Add<T>(T[] array)
            where T : unmanaged
        {
            var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
            s_arrays.Add((start, start + ((nuint)array.Length * (nuint)sizeof(T))));
        }
    }

    private static void AssertNoStrays()
    {
        Assert.True(s_calls > 0);
        Assert.Equal([], s_strays.Distinct());
    }

    private static void Check<T>(ref T reference, string name)
    {
        var address = (nuint)Unsafe.AsPointer(ref reference);
        var here = 0;
        var stack = (nuint)(&here);
        if (address == 0 || (address > stack && address < stack + StackReach))
        {
            return;
        }

        lock (s_gate)
        {
            if (!s_arrays.Exists(array => address >= array.Start && address < array.End))
            {
                s_strays.Add(name);
            }
        }
    }

    private static void Check(string form, in BinaryKernelArguments<float> arguments)
    {
        Interlocked.Increment(ref s_calls);
        Check(ref arguments.Logits, $"{form}: logits");
        Check(ref arguments.Labels, $"{form}: labels");
        Check(ref arguments.Targets, $"{form}: targets");
        Check(ref arguments.SampleWeights, $"{form}: sample weights");

        // The copy that the options have made, which does not move during the call.
        var columns = s_options!.TiledColumnWeights;
        fixed (float* start = columns)
        {
            var address = (float*)Unsafe.AsPointer(ref arguments.PositiveWeights);
            if (address < start || address >= start + columns.Length)
            {
                Check(ref arguments.PositiveWeights, $"{form}: positive weights");
            }
        }

        Check(ref arguments.Gradient, $"{form}: gradient");
        Check(ref arguments.Losses, $"{form}: losses");
        Check(ref arguments.Scratch, $"{form}: scratch");
    }

    /// <summary>Of a loss with one loss each.</summary>
    private readonly struct Probe : IBinaryLossKernel<float>
    {
        public static void Hard<TWeights, TLosses, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TWeights : struct
            where TLosses : struct
            where TGradient : struct => Check(Name<TWeights, TLosses, TGradient>("hard"), in arguments);

        public static void Soft<TTargets, TWeights, TLosses, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TTargets : struct
            where TWeights : struct
            where TLosses : struct
            where TGradient : struct => Check(Name<TWeights, TLosses, TGradient>("soft, " + typeof(TTargets).Name), in arguments);

        public static void Mixed<TTargets, TWeights, TLosses, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TTargets : struct
            where TWeights : struct
            where TLosses : struct
            where TGradient : struct => Check(Name<TWeights, TLosses, TGradient>("mixed, " + typeof(TTargets).Name), in arguments);

        public static void Probabilities(ref float logits, ref float probabilities, nuint count) => throw new NotSupportedException();

        private static string Name<TWeights, TLosses, TGradient>(string targets) =>
            $"{targets}, weights {typeof(TWeights).Name}, losses {typeof(TLosses).Name}, gradient {typeof(TGradient).Name}";
    }

    /// <summary>Of a loss that has sums, too.</summary>
    private readonly struct SumProbe : IBinaryLossKernel<float>
    {
        public static bool HasHardSum => true;

        public static void HardSum<TIgnored, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TIgnored : struct
            where TGradient : struct => Check($"sum, ignored {typeof(TIgnored).Name}, gradient {typeof(TGradient).Name}", in arguments);

        public static void Hard<TWeights, TLosses, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TWeights : struct
            where TLosses : struct
            where TGradient : struct =>
            Probe.Hard<TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);

        public static void Soft<TTargets, TWeights, TLosses, TGradient>(
            in BinaryKernelArguments<float> arguments, ref double lossLanes, ref double weightLanes)
            where TTargets : struct
            where TWeights : struct
            where TLosses : struct
            where TGradient : struct =>
            Probe.Soft<TTargets, TWeights, TLosses, TGradient>(in arguments, ref lossLanes, ref weightLanes);

        public static void Probabilities(ref float logits, ref float probabilities, nuint count) => throw new NotSupportedException();
    }

    private readonly struct RowsProbe : ICrossEntropyKernel<float>
    {
        public static long Run<TRows>(TargetForm form, in CrossEntropyArguments<float> arguments)
            where TRows : struct, ICrossEntropyRows<float>
        {
            Interlocked.Increment(ref s_calls);
            Check(ref arguments.Logits, $"{form}: logits");
            Check(ref arguments.Gradient, $"{form}: gradient");
            Check(ref arguments.Targets, $"{form}: targets");
            Check(ref arguments.Labels, $"{form}: labels");
            Check(ref arguments.Weights, $"{form}: weights");
            Check(ref arguments.SampleWeights, $"{form}: sample weights");
            Check(ref arguments.Losses, $"{form}: losses");
            if (!s_rentsScratch && (arguments.WantsGradient || arguments.Classes <= KernelFacts.MostClassesInLanes))
            {
                Check(ref arguments.Scratch, $"{form}: scratch");
            }

            Check(ref arguments.RowValues, $"{form}: row values");
            return 0;
        }
    }
}
