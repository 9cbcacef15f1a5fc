namespace WeightedLoss.Trainer.Output;

/// <summary>Writes files so that each is there whole or not at all.</summary>
internal static class OutputFiles
{
    /// <summary>The end of the name of a file that is being written.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>Throws if a file can't be written, so that no work is lost for it. Leaves nothing behind.</summary>
    public static void CheckFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} can't be written: it is a folder, not a file.");
        }

        if (!IsDevice(path))
        {
            CheckFolder(path, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    /// <summary>Throws if a file to write is one that is read: the results would take its place.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="option">The option that names the file to read.</param>
    /// <param name="input">The file to read.</param>
    public static void CheckIsNotInput(string path, string option, string input)
    {
        if (File.Exists(path) && File.Exists(input) && !IsDevice(path) && Target(path) == Target(input))
        {
            throw new InputException($"--out {path} is the file of {option}, which it would replace; name another one.");
        }

        static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
    }

    /// <summary>Throws if files can't be written in a folder, which need not be there yet. Leaves nothing behind.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="names">The files.</param>
    public static void CheckFolder(string path, params ReadOnlySpan<string> names)
    {
        CheckFolder(path, Path.GetFullPath(path));
        foreach (var name in names)
        {
            CheckFile(Path.Combine(path, name));
        }
    }

    /// <summary>
    /// Writes to a file beside the target and then moves it there, over an older one. Folders are made. A device gets the bytes.
    /// </summary>
    public static void Write(string path, byte[] content)
    {
        if (IsDevice(path))
        {
            Try(path, () =>
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                device.Write(content);
            });
            return;
        }

        var temporary = TemporaryOf(path);
        try
        {
            Try(path, () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                File.WriteAllBytes(temporary, content);
                File.Move(temporary, path, overwrite: true);
            });
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Writes files that belong together: all or none, and never one beside an older one of another set, whatever else writes there at the
    /// same time. Where the process ends half-way, some of them are missing.
    /// </summary>
    /// <param name="folder">Made if it isn't there.</param>
    /// <param name="names">The names of the whole set; of those that get no content an older file is removed.</param>
    /// <param name="contents">By name.</param>
    public static void WriteTogether(string folder, string[] names, IReadOnlyDictionary<string, byte[]> contents) => Try(folder, () =>
    {
        Directory.CreateDirectory(folder);
        using var exclusive = FolderLock.Take(folder);
        foreach (var leftBehind in names.SelectMany(name => Directory.GetFiles(folder, $"{name}.*{TemporaryExtension}")))
        {
            File.Delete(leftBehind);
        }

        var files = Array.ConvertAll(names, name => new Replacement(Path.Combine(folder, name), contents.GetValueOrDefault(name)));
        try
        {
            Array.ForEach(files, file => file.WriteBeside());
            Array.ForEach(files, file => file.TakeOldAway());
            Array.ForEach(files, file => file.PutInPlace());
        }
        catch
        {
            Array.ForEach(files, file => file.Undo());
            throw;
        }

        Array.ForEach(files, file => file.DropOld());
    });

    private static void Try(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be written: {e.Message}", e);
        }
    }

    private static void CheckFolder(string path, string folder)
    {
        // The nearest folder that is there must take a file.
        while (!Directory.Exists(folder))
        {
            if (File.Exists(folder))
            {
                throw new InputException($"{path} can't be written: {folder} is a file, not a folder.");
            }

            folder = Path.GetDirectoryName(folder) ?? throw new InputException($"{path} can't be written: there is no folder {folder}.");
        }

        Try($"No file can be made in {folder}: {path}", () =>
        {
            using var probe = new FileStream(
                TemporaryOf(Path.Combine(folder, "probe")), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
        });
    }

    // What is no file of a disk must not be replaced by one: terminals, /dev/null, pipes.
    private static bool IsDevice(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
        {
            return false;
        }

        var full = Path.GetFullPath(path);
        var target = File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        return IsIn(full, "/dev/", "/proc/") || IsIn(target, "/dev/", "/proc/");

        static bool IsIn(string path, params ReadOnlySpan<string> folders)
        {
            foreach (var folder in folders)
            {
                if (path.StartsWith(folder, StringComparison.Ordinal))
                {
                    return !path.StartsWith("/dev/shm/", StringComparison.Ordinal);
                }
            }

            return false;
        }
    }

    private static string TemporaryOf(string path) => $"{path}.{Guid.NewGuid():N}{TemporaryExtension}";

    // One file of a set on its way.
    private sealed class Replacement(string path, byte[]? content)
    {
        private readonly string _new = TemporaryOf(path);
        private readonly string _old = TemporaryOf(path);
        private bool _isInPlace;

        public void WriteBeside()
        {
            if (content is not null)
            {
                File.WriteAllBytes(_new, content);
            }
        }

        public void TakeOldAway()
        {
            if (File.Exists(path))
            {
                File.Move(path, _old);
            }
        }

        public void PutInPlace()
        {
            if (content is not null)
            {
                File.Move(_new, path);
                _isInPlace = true;
            }
        }

        public void Undo()
        {
            File.Delete(_isInPlace ? path : _new);
            if (File.Exists(_old))
            {
                File.Move(_old, path);
            }
        }

        public void DropOld() => File.Delete(_old);
    }
}
