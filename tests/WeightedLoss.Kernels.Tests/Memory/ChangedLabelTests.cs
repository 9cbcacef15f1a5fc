using System.Numerics;
using System.Runtime.CompilerServices;
using WeightedLoss.Runtime;
using WeightedLoss.Shared;
using CrossEntropyF32Choice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF32Choice;
using CrossEntropyF32RowsChoice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF32RowsChoice;
using CrossEntropyF64Choice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF64Choice;
using CrossEntropyF64RowsChoice = WeightedLoss.Generated.WeightedLoss_CrossEntropy.CrossEntropyF64RowsChoice;

namespace WeightedLoss.Tests.Memory;

/// <summary>
/// Labels that another thread changes between their check and their use: they may give any result, but no address outside.
/// </summary>
public class ChangedLabelTests
{
    private const int Classes = 17;

    private static readonly int[] s_labels =
    [
        0, 16, 17, 18, 1 << 30, int.MaxValue, -1, -2,
        -17, -100, int.MinValue, int.MinValue + 1, 5, 255, 256, 65536,
    ];

    [Fact]
    public void LabelOf_AnyNumber_IsAClassOrNegative()
    {
        for (nuint row = 0; row < (nuint)s_labels.Length; row++)
        {
            var label = s_labels[row];
            Assert.Equal(Math.Min(label, Classes - 1), RowSupport.LabelOf(ref s_labels[0], row, Classes));
        }
    }

    [Fact]
    public void ChooseGathered_AnyNumber_IsAClass()
    {
        var taken = new int[s_labels.Length];
        RowSupport.ChooseGathered(ref s_labels[0], ref taken[0], (nuint)s_labels.Length, Classes);
        Assert.Equal(s_labels.Select(label => label is >= 0 and < Classes ? label : Classes - 1), taken);
    }

    /// <summary>The kernels themselves, behind every check, between pages that nobody may touch.</summary>
    [Theory]
    [InlineData(2, TargetForm.Hard)]
    [InlineData(10, TargetForm.Hard)]
    [InlineData(17, TargetForm.Hard)]
    [InlineData(100, TargetForm.Hard)]
    [InlineData(300, TargetForm.Hard)]
    [InlineData(10, TargetForm.Smooth)]
    [InlineData(17, TargetForm.Smooth)]
    [InlineData(100, TargetForm.Smooth)]
    [InlineData(300, TargetForm.Smooth)]
    public void Kernels_AnyNumber_StayInside_AndOtherRowsAreAsWithout(int classes, TargetForm form)
    {
        Assert.SkipUnless(GuardedMemory.IsSupported, "This operating system's way to protect a page is not known.");
        foreach (var isClassMajor in new[] { false, true })
        {
            foreach (var isAtEnd in new[] { false, true })
            {
                AssertOtherRows<float, CrossEntropyF32Choice, CrossEntropyF32RowsChoice>(classes, form, isClassMajor, isAtEnd);
                AssertOtherRows<double, CrossEntropyF64Choice, CrossEntropyF64RowsChoice>(classes, form, isClassMajor, isAtEnd);
            }
        }
    }

    private static void AssertOtherRows<T, TKernel, TRows>(int classes, TargetForm form, bool isClassMajor, bool isAtEnd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
    {
        var expected = Run<T, TKernel, TRows>(
            classes, form, [.. s_labels.Select(label => (int)((uint)label % (uint)classes))], isClassMajor, isAtEnd);
        var actual = Run<T, TKernel, TRows>(classes, form, s_labels, isClassMajor, isAtEnd);
        for (var row = 0; row < s_labels.Length; row++)
        {
            if (s_labels[row] >= 0 && s_labels[row] < classes)
            {
                for (var k = 0; k < classes; k++)
                {
                    var at = isClassMajor ? (k * s_labels.Length) + row : (row * classes) + k;
                    Assert.Equal(expected[at], actual[at]);
                }
            }
        }
    }

    private static T[] Run<T, TKernel, TRows>(int classes, TargetForm form, int[] labels, bool isClassMajor, bool isAtEnd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, ICrossEntropyKernel<T>
        where TRows : struct, ICrossEntropyRows<T>
    {
        var (rows, isSmooth) = (labels.Length, form == TargetForm.Smooth);
        var hasLanes = isClassMajor || classes <= KernelFacts.MostClassesInLanes;
        var perClass = isSmooth && classes <= KernelFacts.MostClassesCompared ? 2 : 1;
        var values = isSmooth ? KernelFacts.SmoothRowValues : KernelFacts.RowValues;
        var guards = new List<GuardedMemory>();
        try
        {
            var gradient = Guarded<T>(rows * classes);
            var logits = Guarded<T>(rows * classes);
            for (var i = 0; i < logits.Length; i++)
            {
                logits[i] = T.CreateChecked(i % 7) / T.CreateChecked(4);
            }

            var arguments = new CrossEntropyArguments<T>
            {
                Logits = ref logits[0],
                Gradient = ref gradient[0],
                Labels = ref labels[0],
                GatheredLabels = ref Guarded<int>(rows)[0],
                Weights = ref Filled(Guarded<T>(rows), 0.5)[0],
                SampleWeights = ref Filled(Guarded<T>(rows), 1)[0],
                UniformWeights = ref Filled(Guarded<T>(classes), 0.125)[0],
                UniformOthers = ref Filled(Guarded<T>(classes), 0.125 * (classes - 1))[0],
                Losses = ref Guarded<T>(rows)[0],
                Scratch = ref Guarded<T>(hasLanes ? perClass * rows * classes : 32)[0],
                RowValues = ref Filled(Guarded<T>(((values - 1) * KernelFacts.RowValueBytes / Unsafe.SizeOf<T>()) + rows), 0)[0],
                Count = (nuint)rows,
                Classes = classes,
                IsClassMajor = isClassMajor,
                Stride = (nuint)(isClassMajor ? rows : classes),
                GradientStride = (nuint)(isClassMajor ? rows : classes),
                HasLabels = form == TargetForm.Hard,
                WantsGradient = true,
                Scale = T.One,
            };
            TKernel.Run<TRows>(form, in arguments);
            return gradient.ToArray();
        }
        finally
        {
            guards.ForEach(guard => guard.Dispose());
        }

        Span<TValue> Guarded<TValue>(int length)
            where TValue : unmanaged
        {
            guards.Add(new(length * 8));
            return isAtEnd ? guards[^1].AtEnd<TValue>(length) : guards[^1].AtStart<TValue>(length);
        }

        static Span<T> Filled(Span<T> span, double value)
        {
            span.Fill(T.CreateChecked(value));
            return span;
        }
    }
}
