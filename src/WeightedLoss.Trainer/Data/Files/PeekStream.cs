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

    // Zeros may fill up a last block of a tape; gzip ignores them too.
    private void CheckEnd()
    {
        for (; !Head.IsEmpty; _position = _length)
        {
            if (Head.ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException("other bytes follow its end.");
            }
        }
    }
}
