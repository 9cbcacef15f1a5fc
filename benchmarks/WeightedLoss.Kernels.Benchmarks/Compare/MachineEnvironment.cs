using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using WeightedLoss.Benchmarks.Native;
using WeightedLoss.Runtime;

namespace WeightedLoss.Benchmarks.Compare;

/// <summary>What a result must be read with: the machine, the runtime, the compiler and the state of the sources.</summary>
internal static partial class MachineEnvironment
{
    private static readonly Dictionary<string, string> CpuInfo = ReadCpuInfo();

    /// <summary>The processor's name; on virtual machines that hide it, what is known of it.</summary>
    public static string CpuModel
    {
        get
        {
            var name = CpuInfo.GetValueOrDefault("model name") ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown CPU";
            return CpuInfo.TryGetValue("cpu family", out var family) && CpuInfo.TryGetValue("model", out var model)
                ? $"{name}, family {family}, model {model}"
                : $"{name} ({RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()})";
        }
    }

    /// <summary>The processor's name as the name of a folder.</summary>
    public static string CpuSlug => NotInSlug().Replace(CpuModel.ToLowerInvariant(), "-").Trim('-');

    /// <summary>Name and value of everything that is known.</summary>
    public static IReadOnlyList<(string Name, string Value)> Describe() =>
    [
        ("CPU", CpuModel),
        ("instruction sets", string.Join(", ", SupportedInstructionSets())),
        ("ours chooses", InstructionSetName.OfOurs),
        ("caches", Caches()),
        ("cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("load at start", File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown"),
        ("OS", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("C compiler", NativeCode.CompilerVersion ?? "none"),
        ("library", LibraryVersion()),
    ];

    private static IEnumerable<string> SupportedInstructionSets()
    {
        if (Vector128.IsHardwareAccelerated)
        {
            yield return "vector128";
        }

        if (InstructionSets.HasAdvSimd)
        {
            yield return "neon";
        }

        if (InstructionSets.HasAvx2)
        {
            yield return "avx2";
        }

        if (InstructionSets.HasAvx512)
        {
            yield return InstructionSets.PrefersAvx512 ? "avx512" : "avx512 (not preferred)";
        }
    }

    private static string Caches()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
        {
            return "unknown";
        }

        var caches =
            from index in Directory.GetDirectories(Folder, "index*").Order(StringComparer.Ordinal)
            where Read(index, "type") != "Instruction"
            select $"L{Read(index, "level")} {Read(index, "size")}";
        return string.Join(", ", caches);

        static string Read(string index, string file) => File.ReadAllText(Path.Combine(index, file)).Trim();
    }

    private static string LibraryVersion() =>
        typeof(LossSum).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static Dictionary<string, string> ReadCpuInfo()
    {
        const string Source = "/proc/cpuinfo";
        return File.Exists(Source)
            ? File.ReadLines(Source)
                .TakeWhile(line => line.Length != 0)
                .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .Where(parts => parts.Length == 2)
                .ToDictionary(parts => parts[0], parts => parts[1])
            : [];
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInSlug();
}
