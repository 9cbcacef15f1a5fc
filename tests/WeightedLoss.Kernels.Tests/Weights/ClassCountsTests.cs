using FsCheck.Fluent;
using FsCheck.Xunit;

namespace WeightedLoss.Tests.Weights;

public class ClassCountsTests
{
    // Both ways of counting, on both sides of the class count where one takes over, for every label type and vector width.
    public static readonly TheoryData<int> ClassNumbers = [2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 256, 1024, 1025, 40_000];

    [Theory]
    [MemberData(nameof(ClassNumbers))]
    public void Add_EveryLabelType_CountsLikeALoop(int classes)
    {
        // Longer than two blocks of 255 vectors of 64 bytes, with a tail.
        var labels = new long[40_003];
        var random = new Random(classes);
        var expected = new long[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            // Skewed: class 0 is every second label.
            labels[i] = i % 2 == 0 ? 0 : random.Next(classes);
            expected[labels[i]]++;
        }

        Assert.Equal(expected, new ClassCounts(classes).Add(labels).AsSpan());
        Assert.Equal(expected, new ClassCounts(classes).Add(Array.ConvertAll(labels, l => (int)l)).AsSpan());
        if (classes <= 256)
        {
            Assert.Equal(expected, new ClassCounts(classes).Add(Array.ConvertAll(labels, l => (byte)l)).AsSpan());
        }

        if (classes == 2)
        {
            Assert.Equal(expected, new ClassCounts(classes).Add(Array.ConvertAll(labels, l => l == 1)).AsSpan());
        }
    }

    [Fact]
    public void Add_EqualLabels_FillsNoLane()
    {
        // One class only: each lane of a vector counts as far as it ever does.
        var counts = new ClassCounts(2).Add(Enumerable.Repeat((byte)1, 100_000).ToArray());
        Assert.Equal([0, 100_000], counts.AsSpan());
    }

    [Fact]
    public void Add_EveryLength_CountsAllLabels()
    {
        for (var length = 0; length < 300; length++)
        {
            var labels = Enumerable.Range(0, length).Select(i => (byte)(i % 3)).ToArray();
            Assert.Equal([(length + 2) / 3, (length + 1) / 3, length / 3], new ClassCounts(3).Add(labels).AsSpan());
        }
    }

    [Theory]
    [InlineData(-100)]
    [InlineData(255)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Add_IgnoredLabels_CountsThemApart(long ignore)
    {
        var counts = new ClassCounts(2, ignore).Add([0, ignore, 1, 1, ignore, 1L]);
        Assert.Equal([1, 3], counts.AsSpan());
        Assert.Equal(4, counts.Total);
        Assert.Equal(2, counts.Ignored);
    }

    [Fact]
    public void Add_IgnoreLabelThatTheTypeCannotHold_IgnoresNothing()
    {
        // −1 cut to a byte would be 255.
        var error = Assert.Throws<ArgumentException>("labels", () => new ClassCounts(2, -1).Add(new byte[] { 0, 255 }));
        Assert.Contains("labels[1] is 255", error.Message);
        Assert.Equal(1, new ClassCounts(2, 255).Add(new byte[] { 0, 255 }).Ignored);
    }

    [Theory]
    [InlineData(2, 2L)]
    [InlineData(2, -1L)]
    [InlineData(2, 1L << 32)]
    [InlineData(1000, 1000L)]
    [InlineData(1000, long.MinValue)]
    public void Add_LabelOutOfRange_NamesItAndCountsNothing(int classes, long wrong)
    {
        foreach (var index in new[] { 0, 7, 64, 999, 1000 })
        {
            var labels = new long[1001];
            labels[index] = wrong;
            labels[^1] = wrong;
            var counts = new ClassCounts(classes).Add([1L]);
            var error = Assert.Throws<ArgumentException>("labels", () => counts.Add(labels));
            Assert.Contains($"between 0 and {classes - 1}", error.Message);
            Assert.Contains($"labels[{index}] is {wrong}", error.Message);
            Assert.Equal(1, counts.Total);
            Assert.Equal(0, counts[0]);
        }
    }

    [Fact]
    public void Add_ByteOutOfRange_NamesIt()
    {
        var labels = new byte[500];
        labels[300] = 2;
        var error = Assert.Throws<ArgumentException>("labels", () => new ClassCounts(2, 7).Add(labels));
        Assert.Contains("between 0 and 1 or be 7, but labels[300] is 2", error.Message);
    }

    [Property]
    public bool CountsOfTheParts_MergeToTheCountsOfTheWhole(byte[] labels, FsCheck.NonNegativeInt cut)
    {
        var at = cut.Get % (labels.Length + 1);
        var whole = new ClassCounts(256).Add(labels);
        var first = new ClassCounts(256).Add(labels.AsSpan(0, at));
        var second = new ClassCounts(256).Add(labels.AsSpan(at));
        var other = new ClassCounts(256).Merge(second).Merge(first);
        first.Merge(second);
        return first.AsSpan().SequenceEqual(whole.AsSpan()) && other.AsSpan().SequenceEqual(whole.AsSpan())
            && first.Total == labels.Length && whole.Total == labels.Length;
    }

    [Fact]
    public void Merge_Ignored_AddsThem()
    {
        var counts = new ClassCounts(2, -1).Add([-1, 0L]);
        Assert.Equal(3, counts.Merge(new ClassCounts(2, -1).Add([-1, -1, 1L])).Ignored);
        Assert.Equal(2, counts.Total);
    }

    [Fact]
    public void Merge_OtherClassesOrIgnoreLabel_Throws()
    {
        var counts = new ClassCounts(3, -1);
        Assert.Contains(
            "must have 3 classes, but other has 4",
            Assert.Throws<ArgumentException>("other", () => counts.Merge(new ClassCounts(4, -1))).Message);
        Assert.Contains(
            "must ignore the label -1, but other ignores no label",
            Assert.Throws<ArgumentException>("other", () => counts.Merge(new ClassCounts(3))).Message);
        Assert.Throws<ArgumentNullException>("other", () => counts.Merge(null!));
    }

    [Fact]
    public void FromCounts_Values_AreCopied()
    {
        long[] given = [3, 0, 5];
        var counts = ClassCounts.FromCounts(given);
        given[0] = 7;
        Assert.Equal([3, 0, 5], counts.AsSpan());
        Assert.Equal(8, counts.Total);
        Assert.Equal(3, counts.Classes);
        Assert.Equal(5, counts[2]);
    }

    [Fact]
    public void FromCounts_WrongValues_AreNamed()
    {
        Assert.Contains("counts[1] is -2", Assert.Throws<ArgumentException>("counts", () => ClassCounts.FromCounts([1, -2])).Message);
        Assert.Contains("classes is 2147483647", Assert.Throws<ArgumentException>("classes", () => new ClassCounts(int.MaxValue)).Message);
        Assert.Contains("counts has 1", Assert.Throws<ArgumentException>("counts", () => ClassCounts.FromCounts([1])).Message);
        Assert.Contains(
            "counts[1], which is 9223372036854775807",
            Assert.Throws<ArgumentException>("counts", () => ClassCounts.FromCounts([1, long.MaxValue])).Message);
    }

    [Fact]
    public void Constructor_WrongValues_AreNamed()
    {
        Assert.Contains("classes is 1", Assert.Throws<ArgumentException>("classes", () => new ClassCounts(1)).Message);
        Assert.Contains("ignoreLabel is 4", Assert.Throws<ArgumentException>("ignoreLabel", () => new ClassCounts(5, 4)).Message);
        Assert.Equal(5, new ClassCounts(5, 5).IgnoreLabel);
    }

    [Fact]
    public void Indexer_NoClass_IsNamed() =>
        Assert.Contains("label is -1", Assert.Throws<ArgumentException>("label", () => new ClassCounts(2)[-1]).Message);
}
