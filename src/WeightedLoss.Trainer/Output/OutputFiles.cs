namespace WeightedLoss.Trainer.Output;

/// <summary>Writes files so that each is there whole or not at all.</summary>
internal static class OutputFiles
{
    /// <summary>The end of the name of a file that is being written.</summary>
    public const string TemporaryExtension = ".tmp";

    /// <summary>Writes to a file beside the target and then moves it there, over an older one. Folders are made.</summary>
    public static void Write(string path, byte[] content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}{TemporaryExtension}";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new InputException($"{path} can't be written: {e.Message}", e);
        }
    }
}
