using WeightedLoss.Benchmarks.Tests;

namespace WeightedLoss.Generators.Tests.Architecture;

/// <summary>
/// Folders use one another in one direction. What a file uses is what the compiler makes of its names, so that neither a qualified name nor
/// a namespace that encloses both goes unseen.
/// </summary>
public class LayerTests(ITestOutputHelper output)
{
    private const string Root = "";

    /// <summary>What each folder of the generator may use.</summary>
    private static readonly Dictionary<string, string[]> GeneratorLayers = new()
    {
        [Root] = ["Surface", "Losses", "Plan", "Spec"],
        ["Diagnostics"] = ["Losses", "Spec"],
        ["Surface"] = ["Loops", "Losses", "Math", "Program", "Dialects", .. Values],
        ["Loops"] = ["Losses", "Math", "Program", "Dialects", .. Values],
        ["Losses"] = ["Math", "Program", "Dialects", .. Values],
        ["Math"] = ["Program", "Dialects", .. Values],
        ["Program"] = ["Dialects", .. Values],
        ["Dialects"] = [.. Values],
        ["Plan"] = ["Spec", "Shared"],
        ["Spec"] = [],
        ["Shared"] = [],
        ["Text"] = [],
    };

    /// <summary>The same for the library: the losses that are called, what serves them, and what a call takes and returns.</summary>
    private static readonly Dictionary<string, string[]> LibraryLayers = new()
    {
        [Root] = ["Runtime", "Losses", "Shared"],
        ["Weights"] = ["Runtime", "Losses", "Shared"],
        ["Runtime"] = ["Losses", "Shared"],
        ["Losses"] = ["Shared"],
        ["Shared"] = [],
    };

    /// <summary>The same for the package of metrics, thresholds, calibration and resampling.</summary>
    private static readonly Dictionary<string, string[]> ImbalanceLayers = new()
    {
        ["Thresholds"] = ["Metrics", "Decisions", "Common"],
        ["Metrics"] = ["Decisions", "Common"],
        ["Calibration"] = ["Common"],
        ["Resampling"] = ["Common"],
        ["Decisions"] = ["Common"],
        ["Common"] = [],
    };

    private static string[] Values => ["Spec", "Plan", "Shared", "Text"];

    [Fact]
    public void Generator_UsesItsLayersDownwards()
    {
        var uses = Uses.Read(Repository.PathOf("generators", "WeightedLoss.Kernels.Generators"), GeneratorHarness.Roslyn);

        AssertLayers(uses, GeneratorLayers);
        Assert.Empty(uses.Unknown);
        Assert.Contains(("Surface", "Loops"), uses.Folders.Keys);
        var compiler = uses.Assemblies.Where(use => use.Assembly.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal));
        Assert.Equal([Root, "Diagnostics", "Spec"], compiler.Select(use => use.Folder).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Library_UsesItsLayersDownwards()
    {
        var uses = Uses.Read(
            Repository.PathOf("src", "WeightedLoss.Kernels"),
            GeneratorHarness.Platform,
            ("Shared", Repository.PathOf("generators", "WeightedLoss.Kernels.Generators", "Shared")));

        AssertLayers(uses, LibraryLayers);
        Assert.Equal([], uses.Unknown.Where(use => use.Folder != Root).Select(use => use.ToString()));
        Assert.Contains(("Runtime", "Losses"), uses.Folders.Keys);

        // Only where the losses are, emitted kernels are named.
        Assert.Equal([Root], uses.Names.Where(use => use.Name == "Generated").Select(use => use.Folder));
    }

    [Fact]
    public void Imbalance_UsesItsLayersDownwards()
    {
        var uses = Uses.Read(Repository.PathOf("src", "WeightedLoss.Imbalance"), GeneratorHarness.Platform);

        AssertLayers(uses, ImbalanceLayers);
        Assert.Contains(("Thresholds", "Metrics"), uses.Folders.Keys);
    }

    private void AssertLayers(Uses uses, Dictionary<string, string[]> layers)
    {
        Assert.Equal(layers.Keys.Order(StringComparer.Ordinal), uses.All.Order(StringComparer.Ordinal));
        var upwards = uses.Folders
            .Where(use => !layers[use.Key.From].Contains(use.Key.To))
            .Select(use => $"{use.Key.From} → {use.Key.To}: {use.Value}")
            .ToList();
        Assert.Equal([], upwards);
        var circles = uses.Circles();
        output.WriteLine($"Circles: {(circles.Count == 0 ? "none" : string.Join("; ", circles))}");
        Assert.Equal([], circles);
    }
}
