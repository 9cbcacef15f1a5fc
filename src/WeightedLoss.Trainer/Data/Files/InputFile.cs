using System.IO.Compression;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>Opens what the user named: a file, a pipe, or standard input; gzip is unpacked.</summary>
internal static class InputFile
{
    /// <summary>Names standard input.</summary>
    public const string StandardInput = "-";

    // Without it a gzip file that was cut off looks like a shorter one. It must be set before the first stream is made.
    static InputFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>What a path is called in messages.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>Reads the bytes of a file and says what is wrong where it can't be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">What to do with the bytes.</param>
    /// <param name="absent">What to add where there is no such file.</param>
    public static T Read<T>(string path, Func<PeekStream, T> read, string absent = "")
    {
        try
        {
            using var file = Open(path);
            using var bytes = Unpack(path, file);
            return read(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{NameOf(path)} is not a whole gzip file: {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file {path}{absent}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{NameOf(path)} can't be read: {e.Message}", e);
        }
    }

    private static PeekStream Open(string path)
    {
        if (path == StandardInput)
        {
            return new(Console.OpenStandardInput());
        }

        return !Directory.Exists(path)
            ? new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            : throw new InputException($"{path} is a folder, not a file.");
    }

    private static PeekStream Unpack(string path, PeekStream bytes)
    {
        if (bytes.Head.IsEmpty)
        {
            throw new InputException($"{NameOf(path)} is empty{(path == StandardInput ? " or was read for another option already" : "")}.");
        }

        // By content, or by name, so that a damaged file is named as such and not parsed as text.
        for (var isNamed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase); ; isNamed = false)
        {
            if (FileKind.Of(bytes.Head) is { } kind)
            {
                throw new InputException($"{NameOf(path)} is {kind.Name}; "
                    + (kind.Unpack is { } unpack ? $"unpack it first, for example with '{unpack} FILE'." : "export it as CSV first."));
            }

            if (!isNamed && bytes.Head is not [0x1F, 0x8B, ..])
            {
                return bytes;
            }

            bytes = new(new GZipStream(bytes, CompressionMode.Decompress), bytes);
        }
    }
}
