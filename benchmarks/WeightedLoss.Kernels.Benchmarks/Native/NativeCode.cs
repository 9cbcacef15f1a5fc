using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace WeightedLoss.Benchmarks.Native;

/// <summary>C code of this folder, compiled by the system's compiler at first use and kept beside the program.</summary>
/// <remarks>
/// The name of the library carries a hash of source, flags and compiler version, so that it is built again when one of them changes.
/// </remarks>
internal static class NativeCode
{
    /// <summary>$CC, or <c>cc</c>.</summary>
    public static string Compiler { get; } = Environment.GetEnvironmentVariable("CC") is { Length: > 0 } chosen ? chosen : "cc";

    /// <summary>The first line of the compiler's version, or null where there is no compiler.</summary>
    public static string? CompilerVersion { get; } = FirstLine(Compiler, "--version");

    /// <summary>Compiles and loads a source file of this folder.</summary>
    /// <param name="source">The name of the file.</param>
    /// <param name="flags">The compiler's flags.</param>
    /// <param name="needed">A function of the vector math library that the code must call, or it was not vectorised.</param>
    /// <exception cref="NativeCodeException">There is no compiler, it fails, or the code was not vectorised.</exception>
    public static nint Load(string source, string[] flags, string needed)
    {
        if (CompilerVersion is null)
        {
            throw new NativeCodeException($"there is no C compiler '{Compiler}'");
        }

        var directory = Path.Combine(AppContext.BaseDirectory, "Native");
        var sourcePath = Path.Combine(directory, source);
        var key = $"{File.ReadAllText(sourcePath)}\n{string.Join(' ', flags)}\n{CompilerVersion}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
        var path = Path.Combine(directory, $"{Path.GetFileNameWithoutExtension(source)}-{hash}.so");
        if (!File.Exists(path))
        {
            Build(sourcePath, flags, path);
        }

        // The imported names stand as text in the library.
        if (File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(needed)) < 0)
        {
            throw new NativeCodeException($"the compiler did not vectorise {source}: there is no call of {needed}");
        }

        return NativeLibrary.Load(path);
    }

    private static void Build(string source, string[] flags, string library)
    {
        // A run that is stopped half way, or one that builds at the same time, must not leave half a library under the final name.
        var unfinished = $"{library}.{Environment.ProcessId}";
        try
        {
            // Linked without the flags: with -ffast-math, GCC before 13 links start-up code into a shared library that makes the
            // whole process flush subnormal numbers to zero.
            Run([.. flags, "-fPIC", "-c", source, "-o", $"{unfinished}.o"]);
            Run(["-shared", $"{unfinished}.o", "-lm", "-o", unfinished]);
            File.Move(unfinished, library, overwrite: true);
        }
        finally
        {
            File.Delete($"{unfinished}.o");
            File.Delete(unfinished);
        }
    }

    private static void Run(string[] arguments)
    {
        using var process = Start(Compiler, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new NativeCodeException($"'{Compiler} {string.Join(' ', arguments)}' fails: {errors.Trim()}{output.Result.Trim()}");
        }
    }

    private static string? FirstLine(string program, params string[] arguments)
    {
        try
        {
            using var process = Start(program, arguments);
            var errors = process.StandardError.ReadToEndAsync();
            var lines = process.StandardOutput.ReadToEnd().Split('\n');
            process.WaitForExit();
            return process.ExitCode == 0 ? lines[0].Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}

/// <summary>Native code that can't be had on this machine; the message says why.</summary>
internal sealed class NativeCodeException(string message) : Exception(message);
