using WeightedLoss.Runtime;

namespace WeightedLoss.Tests.Memory;

/// <summary>Labels that another thread changes between their check and their use: they may give any result, but no address outside.</summary>
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
    public void ChooseTaken_AnyNumber_IsAClass()
    {
        var taken = new int[s_labels.Length];
        RowSupport.ChooseTaken(ref s_labels[0], ref taken[0], (nuint)s_labels.Length, Classes);
        Assert.Equal(s_labels.Select(label => label is >= 0 and < Classes ? label : Classes - 1), taken);
    }

    /// <summary>The kernels themselves, behind every check. One that follows such a label ends the test process.</summary>
    [Theory]
    [InlineData(2, TargetForm.Hard)]
    [InlineData(10, TargetForm.Hard)]
    [InlineData(17, TargetForm.Hard)]
    [InlineData(100, TargetForm.Hard)]
    [InlineData(300, TargetForm.Hard)]
    [InlineData(10, TargetForm.Smooth)]
    [InlineData(300, TargetForm.Smooth)]
    public void Kernels_AnyNumber_StayInside_AndOtherRowsAreAsWithout(int classes, TargetForm form)
    {
        var expected = Run(classes, form, [.. s_labels.Select(label => (int)((uint)label % (uint)classes))]);
        var actual = Run(classes, form, s_labels);
        for (var row = 0; row < s_labels.Length; row++)
        {
            if (s_labels[row] >= 0 && s_labels[row] < classes)
            {
                Assert.Equal(expected[(row * classes)..((row + 1) * classes)], actual[(row * classes)..((row + 1) * classes)]);
            }
        }
    }

    private static float[] Run(int classes, TargetForm form, int[] labels)
    {
        var rows = labels.Length;
        var gradient = new float[rows * classes];
        var arguments = new CrossEntropyArguments<float>
        {
            Logits = ref Enumerable.Range(0, rows * classes).Select(i => i % 7 / 4f).ToArray()[0],
            Gradient = ref gradient[0],
            Labels = ref labels[0],
            TakenLabels = ref Filled(rows, 0)[0],
            Weights = ref Filled(rows, 0.5f)[0],
            SampleWeights = ref Filled(rows, 1f)[0],
            UniformWeights = ref Filled(classes, 0.125f)[0],
            Losses = ref Filled(rows, 0f)[0],
            Scratch = ref Filled((2 * rows * classes) + 48, 0f)[0],
            RowValues = ref Filled(7 * rows, 0f)[0],
            Capacity = (nuint)rows,
            Count = (nuint)rows,
            Classes = classes,
            Stride = (nuint)classes,
            GradientStride = (nuint)classes,
            HasLabels = form == TargetForm.Hard,
            WantsGradient = true,
            Scale = 1,
        };
        BuiltInClasses.Run<BuiltInRows>(form, in arguments);
        return gradient;

        static TValue[] Filled<TValue>(int length, TValue value)
        {
            var array = new TValue[length];
            Array.Fill(array, value);
            return array;
        }
    }
}
