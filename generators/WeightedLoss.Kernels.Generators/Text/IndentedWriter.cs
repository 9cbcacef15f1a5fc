using System.Text;

namespace WeightedLoss.Generators.Text;

/// <summary>Collects lines of C#; braces indent.</summary>
/// <param name="depth">How deep the first line stands.</param>
internal sealed class IndentedWriter(int depth = 0)
{
    private readonly StringBuilder _text = new();
    private int _depth = depth;

    /// <summary>How deep the next line stands.</summary>
    public int Depth => _depth;

    public void Line(string line = "")
    {
        if (line.Length != 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
    }

    /// <summary>A variable with a value; gives its name.</summary>
    public string Let(string name, string value)
    {
        Line($"var {name} = {value};");
        return name;
    }

    /// <summary>Lines of a raw string, each at the current depth.</summary>
    public void Lines(string lines)
    {
        foreach (var line in lines.Split('\n'))
        {
            Line(line.TrimEnd('\r'));
        }
    }

    /// <summary>What another writer collected at the depth of this one, without the empty lines at its end.</summary>
    public void Append(IndentedWriter other)
    {
        var length = other._text.Length;
        while (length > 0 && other._text[length - 1] == '\n')
        {
            length--;
        }

        _text.Append(other._text.ToString(0, length)).Append('\n');
    }

    public void Open(string? line = null)
    {
        if (line is not null)
        {
            Line(line);
        }

        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();
}
