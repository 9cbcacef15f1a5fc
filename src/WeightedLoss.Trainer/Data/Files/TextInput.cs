using System.Text;

namespace WeightedLoss.Trainer.Data.Files;

/// <summary>
/// The text of a file. Its encoding is the one that a byte-order mark tells, else the given one, else UTF-16 where the zero bytes of ASCII
/// characters show it, else UTF-8. Bytes that are not valid are an error, and so are NULs, which no text has.
/// </summary>
internal sealed class TextInput : TextReader
{
    private const int BlockSize = 1 << 16;
    private const char ByteOrderMark = '\uFEFF';

    private readonly string _name;
    private readonly Stream _bytes;
    private readonly Encoding _encoding;
    private readonly Decoder _decoder;
    private readonly byte[] _block = new byte[BlockSize];
    private readonly char[] _decoded;
    private char[] _text = [];
    private int _position;
    private int _length;
    private long _offset;
    private LineCount _lines;
    private bool _hasEnded;

    /// <summary>Finds out the encoding.</summary>
    /// <param name="bytes">The file, from its beginning.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="encoding">Its encoding if it says no other; null for UTF-8.</param>
    public TextInput(PeekStream bytes, string name, Encoding? encoding)
    {
        _bytes = bytes;
        _name = name;
        _encoding = With(DecoderFallback.ExceptionFallback, Marked(bytes.Head) ?? encoding ?? Unmarked(bytes.Head));
        _decoder = _encoding.GetDecoder();
        _decoded = new char[_encoding.GetMaxCharCount(BlockSize)];

        // Two of them are left by programs that put one in front of text that has one.
        while (Head(1) is [ByteOrderMark])
        {
            Skip(1);
        }
    }

    /// <summary>The text that comes next, as far as it goes up to a length.</summary>
    public ReadOnlySpan<char> Head(int length)
    {
        while (_length - _position < length && Decode())
        {
        }

        return _text.AsSpan(_position, Math.Min(length, _length - _position));
    }

    /// <summary>Reads over what <see cref="Head"/> showed.</summary>
    public void Skip(int length) => _position += length;

    public override int Read(Span<char> buffer)
    {
        var head = Head(1).IsEmpty ? [] : _text.AsSpan(_position.._length);
        var count = Math.Min(buffer.Length, head.Length);
        head[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    private static Encoding? Marked(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
        [0xFF, 0xFE, 0, 0, ..] => Encoding.UTF32,
        [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    // Digits, separators and line ends have one byte that is 0 in UTF-16, on the side where hardly any other character has one.
    private static Encoding Unmarked(ReadOnlySpan<byte> head)
    {
        int even = 0, odd = 0;
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            even += head[i] == 0 ? 1 : 0;
            odd += head[i + 1] == 0 ? 1 : 0;
        }

        return 4 * Math.Max(even, odd) < head.Length || Math.Max(even, odd) < 8 * Math.Min(even, odd)
            ? Encoding.UTF8
            : odd > even ? Encoding.Unicode : Encoding.BigEndianUnicode;
    }

    private static Encoding With(DecoderFallback fallback, Encoding encoding)
    {
        var copy = (Encoding)encoding.Clone();
        copy.DecoderFallback = fallback;
        return copy;
    }

    private bool Decode()
    {
        if (_hasEnded)
        {
            return false;
        }

        var bytes = _block.AsSpan(0, _bytes.ReadAtLeast(_block, BlockSize, throwOnEndOfStream: false));
        _hasEnded = bytes.Length < BlockSize;
        Span<char> text;
        try
        {
            text = _decoded.AsSpan(0, _decoder.GetChars(bytes, _decoded, flush: _hasEnded));
        }
        catch (DecoderFallbackException e)
        {
            throw Invalid(e, bytes);
        }

        if (text.IndexOf('\0') is var nul && nul >= 0)
        {
            _lines.Add(text[..nul]);
            throw new InputException(
                $"{_name}, line {_lines.Breaks + 1} holds a NUL character: it is no text, or not {_encoding.WebName}; --encoding NAME reads "
                + "other encodings, such as utf-16.");
        }

        _offset += bytes.Length;
        _lines.Add(text);
        Append(text);
        return true;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        _text.AsSpan(_position.._length).CopyTo(_text);
        (_position, _length) = (0, _length - _position);
        if (_text.Length < _length + text.Length)
        {
            Array.Resize(ref _text, Math.Max(_length + text.Length, 2 * _text.Length));
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }

    private InputException Invalid(DecoderFallbackException e, ReadOnlySpan<byte> bytes)
    {
        // Some decoders tell where the invalid bytes begin, some where they end.
        var unknown = e.BytesUnknown!;
        var index = e.Index >= 0 && !bytes[Math.Min(e.Index, bytes.Length)..].StartsWith(unknown) ? e.Index - unknown.Length : e.Index;
        var before = new char[_decoded.Length];
        var decoded = With(DecoderFallback.ReplacementFallback, _encoding).GetChars(bytes[..Math.Max(index, 0)], before);
        _lines.Add(before.AsSpan(0, decoded));
        var shown = string.Join(' ', unknown.Select(value => $"0x{value:X2}"));
        return new(
            $"{_name}, line {_lines.Breaks + 1}: byte {shown} at offset {_offset + index} is not valid {_encoding.WebName}; --encoding NAME "
            + "reads other encodings, such as latin1, windows-1252 or utf-16.",
            e);
    }
}
