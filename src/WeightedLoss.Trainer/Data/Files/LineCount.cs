namespace WeightedLoss.Trainer.Data.Files;

/// <summary>Counts line breaks: \n, \r\n and \r alone.</summary>
internal struct LineCount
{
    private bool _endsWithReturn;

    /// <summary>The number of line breaks so far.</summary>
    public int Breaks { get; private set; }

    /// <summary>Counts those of the text that comes next.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        Breaks += text.Count('\n') + text.Count('\r') - text.Count("\r\n") - (_endsWithReturn && text[0] == '\n' ? 1 : 0);
        _endsWithReturn = text[^1] == '\r';
    }
}
