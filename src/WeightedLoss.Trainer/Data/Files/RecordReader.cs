namespace WeightedLoss.Trainer.Data.Files;

/// <summary>
/// Splits CSV text into records of cells as RFC 4180 does. A record ends with \n, \r\n or \r; a cell in double quotes may hold separators,
/// line breaks and doubled quotes. Nothing is a comment.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="name">What the file is called in messages.</param>
/// <param name="separator">What stands between cells.</param>
/// <param name="firstLine">The number of the first line.</param>
internal sealed class RecordReader(TextReader text, string name, char separator, int firstLine = 1)
{
    private const int LongestRecord = 16 << 20;
    private const int EndOfText = -1;
    private const char ByteOrderMark = '\uFEFF';

    private readonly char[] _block = new char[1 << 15];
    private readonly List<int> _ends = [];
    private char[] _record = new char[1 << 10];
    private int _position;
    private int _filled;
    private int _length;
    private bool _isQuoted;
    private int _line = firstLine;

    /// <summary>What stands between cells.</summary>
    public char Separator => separator;

    /// <summary>The number of the line that the record starts in.</summary>
    public int Line { get; private set; }

    /// <summary>The number of cells.</summary>
    public int Count => _ends.Count;

    /// <summary>Whether the record is a line of nothing but white space.</summary>
    public bool IsBlank => Count == 1 && !_isQuoted && this[0].IsWhiteSpace();

    /// <summary>The text of a cell, without quotes.</summary>
    public ReadOnlySpan<char> this[int cell] => _record.AsSpan((cell == 0 ? 0 : _ends[cell - 1]).._ends[cell]);

    /// <summary>The text of all cells.</summary>
    public string[] ToArray()
    {
        var cells = new string[Count];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = this[i].ToString();
        }

        return cells;
    }

    /// <summary>Reads a record.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Read()
    {
        _length = 0;
        _ends.Clear();
        _isQuoted = false;
        Line = _line;

        // Files with a byte-order mark leave it inside when they are put together.
        while (Next() == ByteOrderMark)
        {
            _position++;
        }

        if (Next() == EndOfText)
        {
            return false;
        }

        ReadCell();
        while (Next() == separator)
        {
            _position++;
            ReadCell();
        }

        if (Next() == '\r')
        {
            _position++;
            _line++;
            if (Next() == '\n')
            {
                _position++;
            }
        }
        else if (Next() == '\n')
        {
            _position++;
            _line++;
        }

        return true;
    }

    /// <summary>Reads over lines of white space.</summary>
    /// <returns>Whether there was another record.</returns>
    public bool ReadNotBlank()
    {
        while (Read())
        {
            if (!IsBlank)
            {
                return true;
            }
        }

        return false;
    }

    private void ReadCell()
    {
        if (Next() == '"')
        {
            ReadQuoted();
        }
        else
        {
            while (Next() != EndOfText)
            {
                var rest = _block.AsSpan(_position.._filled);
                var end = rest.IndexOfAny(separator, '\r', '\n');
                Take(end < 0 ? rest.Length : end);
                if (end >= 0)
                {
                    break;
                }
            }
        }

        _ends.Add(_length);
    }

    private void ReadQuoted()
    {
        _isQuoted = true;
        var lines = default(LineCount);
        do
        {
            // The quote that opens the cell, or the second one of a pair, which stands for one.
            _position++;
            int end;
            do
            {
                if (Next() == EndOfText)
                {
                    throw new InputException($"{name}, line {_line}: a quoted cell begins here and does not end.");
                }

                var rest = _block.AsSpan(_position.._filled);
                end = rest.IndexOf('"');
                var taken = end < 0 ? rest : rest[..(end + 1)];
                lines.Add(taken);
                Take(taken.Length);
            }
            while (end < 0);
        }
        while (Next() == '"');

        // The last quote closes the cell and does not belong to it.
        _length--;
        _line += lines.Breaks;
        while (Next() is var next && next != separator && next is not (EndOfText or '\r' or '\n'))
        {
            if (!char.IsWhiteSpace((char)next))
            {
                throw new InputException($"{name}, line {_line}: '{(char)next}' follows the closing quote of a cell.");
            }

            _position++;
        }
    }

    private int Next()
    {
        if (_position == _filled)
        {
            _position = 0;
            _filled = text.Read(_block);
        }

        return _filled == 0 ? EndOfText : _block[_position];
    }

    private void Take(int count)
    {
        if (_length + count > LongestRecord)
        {
            throw new InputException($"{name}, line {Line}: the record that begins here has more than {LongestRecord} characters.");
        }

        if (_length + count > _record.Length)
        {
            Array.Resize(ref _record, Math.Max(_length + count, 2 * _record.Length));
        }

        _block.AsSpan(_position, count).CopyTo(_record.AsSpan(_length));
        _position += count;
        _length += count;
    }
}
