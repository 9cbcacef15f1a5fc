using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using WeightedLoss.Trainer.Output;

namespace WeightedLoss.Trainer.Experiments;

/// <summary>
/// The scores of finished trainings, a file for each, so that an interrupted experiment goes on where it was. A file starts with a
/// checksum of its key and its scores: one that belongs to other data or options, or is damaged, counts as absent.
/// </summary>
internal sealed class ResultStore : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Opens a folder for one process at a time.</summary>
    public ResultStore(string folder)
    {
        _folder = folder;
        try
        {
            Directory.CreateDirectory(folder);
            _lock = FolderLock.Take(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder} can't be used, perhaps because another run is at work in it: {e.Message}", e);
        }

        // What a process that was killed while it wrote left behind.
        foreach (var file in Directory.GetFiles(folder, $"*{OutputFiles.TemporaryExtension}"))
        {
            File.Delete(file);
        }
    }

    /// <summary>The scores of a training; null if they aren't there.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="key">What the scores depend on.</param>
    /// <param name="count">How many scores there must be.</param>
    public float[]? Read(string name, string key, int count)
    {
        var path = PathOf(name);
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            var content = File.ReadAllBytes(path);
            if (content.Length != SHA256.HashSizeInBytes + (count * sizeof(float)))
            {
                return null;
            }

            var scores = MemoryMarshal.Cast<byte, float>(content.AsSpan(SHA256.HashSizeInBytes)).ToArray();
            return content.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(Checksum(key, scores)) ? scores : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>Keeps the scores of a training.</summary>
    public void Write(string name, string key, float[] scores) =>
        OutputFiles.Write(PathOf(name), [.. Checksum(key, scores), .. MemoryMarshal.AsBytes(scores.AsSpan())]);

    public void Dispose() => _lock.Dispose();

    private static byte[] Checksum(string key, float[] scores)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key));
        hash.AppendData(MemoryMarshal.AsBytes(scores.AsSpan()));
        return hash.GetHashAndReset();
    }

    private string PathOf(string name) => Path.Combine(_folder, $"{name}.scores");
}
