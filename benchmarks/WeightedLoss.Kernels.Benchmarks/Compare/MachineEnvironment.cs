using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using WeightedLoss.Benchmarks.Contenders;
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

    /// <summary>The data caches of a core, smallest first; empty if unknown.</summary>
    public static IReadOnlyList<CacheLevel> Caches { get; } =
        [.. CachesOfSystem() is { Count: > 0 } found ? found : X86Base.IsSupported ? CachesOfProcessor() : []];

    /// <summary>Name and value of everything that is known.</summary>
    public static IReadOnlyList<(string Name, string Value)> Describe() =>
    [
        ("CPU", CpuModel),
        (
            "virtual machine",
            CpuInfo.GetValueOrDefault("flags") is { } flags ? flags.Split(' ').Contains("hypervisor") ? "yes" : "no" : "unknown"),
        ("instruction sets", string.Join(", ", SupportedInstructionSets())),
        ("ours chooses", InstructionSetName.OfOurs),
        ("caches", Caches.Count == 0 ? "unknown" : string.Join(", ", Caches.Select(cache => $"L{cache.Level} {SizeText(cache.Bytes)}"))),
        ("cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
        ("governor", FirstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")),
        ("load at start", FirstLine("/proc/loadavg").Split(' ')[0]),
        ("OS", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ("runtime", RuntimeInformation.FrameworkDescription),
        ("C compiler", NativeCode.CompilerVersion ?? "none"),
        .. Lineup.Packages.SelectMany(package => package.Versions),
        ("library", LibraryVersion()),
    ];

    /// <summary>A size in KiB or MiB.</summary>
    public static string SizeText(long bytes) =>
        bytes < 1 << 20
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.#} KiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576d:0.#} MiB");

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

    private static List<CacheLevel> CachesOfSystem()
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        return !Directory.Exists(Folder)
            ? []
            : [..
                from index in Directory.GetDirectories(Folder, "index*").Order(StringComparer.Ordinal)
                where Read(index, "type") != "Instruction"
                let size = Read(index, "size")
                let unit = size[^1] switch { 'K' => 1L << 10, 'M' => 1L << 20, _ => 1L }
                select new CacheLevel(
                    int.Parse(Read(index, "level"), CultureInfo.InvariantCulture),
                    unit * long.Parse(size.TrimEnd('K', 'M'), CultureInfo.InvariantCulture))];

        static string Read(string index, string file) => File.ReadAllText(Path.Combine(index, file)).Trim();
    }

    /// <summary>By the instruction CPUID, where a virtual machine's system doesn't tell.</summary>
    private static IEnumerable<CacheLevel> CachesOfProcessor() =>
        CpuInfo.GetValueOrDefault("vendor_id") == "AuthenticAMD"
            ? CachesOfLeaf(unchecked((int)0x8000001D)).ToArray() is { Length: > 0 } found ? found : CachesOfOlderLeaves()
            : CachesOfLeaf(4);

    /// <summary>AMD's leaves before there was one for each cache; virtual machines may hide the newer ones only.</summary>
    private static IEnumerable<CacheLevel> CachesOfOlderLeaves()
    {
        var (_, _, first, _) = X86Base.CpuId(unchecked((int)0x80000005), 0);
        var (_, _, second, third) = X86Base.CpuId(unchecked((int)0x80000006), 0);
        return new CacheLevel[]
        {
            new(1, (long)(first >>> 24) << 10), new(2, (long)(second >>> 16) << 10), new(3, (long)(third >>> 18) << 19),
        }.Where(cache => cache.Bytes != 0);
    }

    /// <summary>Intel's leaf 4, which AMD has elsewhere.</summary>
    private static IEnumerable<CacheLevel> CachesOfLeaf(int leaf)
    {
        for (var index = 0; index < 8; index++)
        {
            var (eax, ebx, ecx, _) = X86Base.CpuId(leaf, index);
            var type = eax & 31;
            if (type == 0)
            {
                yield break;
            }

            var (line, partitions, ways) = ((ebx & 0xFFF) + 1L, ((ebx >> 12) & 0x3FF) + 1L, ((ebx >>> 22) & 0x3FF) + 1L);

            // 2 is an instruction cache.
            if (type != 2)
            {
                yield return new CacheLevel((eax >> 5) & 7, line * partitions * ways * ((uint)ecx + 1L));
            }
        }
    }

    private static string FirstLine(string path) => File.Exists(path) ? File.ReadLines(path).FirstOrDefault("unknown") : "unknown";

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
