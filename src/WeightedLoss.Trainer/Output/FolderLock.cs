namespace WeightedLoss.Trainer.Output;

/// <summary>A folder for one process at a time.</summary>
internal static class FolderLock
{
    private const int Attempts = 10;
    private const int MillisecondsBetween = 100;

    /// <summary>Waits about a second for the lock. It ends with the stream, or with the process; its file stays.</summary>
    /// <exception cref="IOException">Another process has the lock.</exception>
    public static FileStream Take(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < Attempts)
            {
                // A process that is being started has the files of its parent for a moment, among them perhaps this lock of an earlier run.
                Thread.Sleep(MillisecondsBetween);
            }
        }
    }
}
