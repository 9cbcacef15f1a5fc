namespace WeightedLoss.Trainer.Data.Files;

/// <summary>
/// A stream whose first bytes can be looked at before they are read. It never seeks, so that pipes work too.
/// </summary>
/// <param name="inner">The bytes.</param>
/// <param name="packed">What <paramref name="inner"/> unpacks; when it ends, this must end too.</param>
internal sealed class PeekStream(Stream inner, PeekStream? packed = null) : Stream
{
    private const int BlockSize = 1 << 16;

    private readonly byte[] _block = new byte[BlockSize];
    private int _position;
    private int _length;
    private bool _isLast;
    private bool _saidEnd;

    /// <summary>The bytes that come next: up to 64 KiB before the first read, all of them if there are fewer.</summary>
    public ReadOnlySpan<byte> Head
    {
        get
        {
            Fill();
            return _block.AsSpan(_position.._length);
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // The last block is given byte by byte: a decompressor that has found its end then leaves what follows, and one can see that it does.
    public override int Read(Span<byte> buffer)
    {
        Fill();
        var count = Math.Min(buffer.Length, _isLast ? Math.Min(1, _length - _position) : _length - _position);
        _block.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        _saidEnd |= count == 0 && buffer.Length != 0;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        if (_position < _length || _isLast)
        {
            return;
        }

        _position = 0;
        _length = inner.ReadAtLeast(_block, BlockSize, throwOnEndOfStream: false);
        _isLast = _length < BlockSize;
        if (_isLast)
        {
            packed?.CheckEnd();
        }
    }

    // A decompressor looks for another part after the end of one, and so comes to the end of all unless something else follows. Zeros may:
    // they fill up the last block of a tape.
    private void CheckEnd()
    {
        if (_saidEnd)
        {
            return;
        }

        var last = _block[_position - 1];
        for (; last == 0 && !Head.IsEmpty; _position = _length)
        {
            last = Head.ContainsAnyExcept((byte)0) ? (byte)1 : (byte)0;
        }

        if (last != 0)
        {
            throw new InvalidDataException("Other bytes follow its end.");
        }
    }
}
