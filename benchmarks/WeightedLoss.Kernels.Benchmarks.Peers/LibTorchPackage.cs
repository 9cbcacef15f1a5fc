using System.Runtime.InteropServices;
using TorchSharp;
using WeightedLoss.Benchmarks.Compare;
using WeightedLoss.Benchmarks.Contenders;

namespace WeightedLoss.Benchmarks.Peers;

/// <summary>LibTorch, by TorchSharp.</summary>
internal sealed class LibTorchPackage : PeerPackage
{
    private const int MostToChooseFrom = 1 << 20;

    private static readonly Lazy<string?> LoadError = new(Load);

    public override string Name => LibTorch.Name;

    public override bool AllocatesResults => true;

    public override IEnumerable<(string Name, string Value)> Versions =>
        Message is null
            ? [("LibTorch", $"{torch.__version__}, TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}")]
            : [];

    public override string? Message => LoadError.Value;

    public override IEnumerable<Contender> For<T>(BinaryWorkload<T> workload) =>
        workload.Case switch
        {
            { Loss: "asymmetric" } => [],
            { Loss: "bce" } => [new BinaryCrossEntropyLibTorch<T>(workload)],

            // In memory the one with fewer intermediate results is faster by far, and a call takes seconds.
            { N: > MostToChooseFrom } => [new SigmoidFocalLibTorch<T>(workload)],
            _ => [Fastest.Of(workload.Case.Threads, [new SigmoidFocalLibTorch<T>(workload), new TorchvisionFocalLibTorch<T>(workload)])],
        };

    public override IEnumerable<Contender> For<T>(CrossEntropyWorkload<T> workload) =>
        [workload.Case.Loss == "focal" ? new SoftmaxFocalLibTorch<T>(workload) : new CrossEntropyLibTorch<T>(workload)];

    /// <summary>Loads the native library; returns why that fails, or null.</summary>
    private static string? Load()
    {
        // TorchSharp hides the loader's reason behind advice on packages.
        try
        {
            foreach (var library in new[] { "libtorch_cpu", "libLibTorchSharp" })
            {
                var file = $"{(OperatingSystem.IsWindows() ? library["lib".Length..] : library)}{Extension}";
                NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, file));
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception e) when (
            e is DllNotFoundException or BadImageFormatException or TypeInitializationException or NotSupportedException)
        {
            // The first line says that it can't be loaded, and how to find out why; the reason stands below.
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return $"it can't be loaded: {string.Join(' ', lines[Math.Min(1, lines.Length - 1)..])}. "
                + "On Linux it needs the C++ libraries of GCC 13 or newer.";
        }
    }

    private static string Extension => OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
}
