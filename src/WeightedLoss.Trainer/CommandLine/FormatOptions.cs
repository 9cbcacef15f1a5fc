using System.CommandLine;
using System.Text;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The options that say how CSV files are written: those that all commands share.</summary>
internal sealed class FormatOptions
{
    private readonly Option<char?> _separator = new("--separator")
    {
        Description = "What stands between columns. [default: found from the first lines: a comma, a tab, ; or |]",
        HelpName = "CHAR|tab",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var separator = text is "tab" or "\\t" ? '\t' : text is [var single] ? single : '\0';
            if (CsvFormat.IsSeparator(separator))
            {
                return separator;
            }

            result.AddError(
                $"--separator must be tab or one character such as ; that is no letter, digit, quote, sign or point, but is '{text}'.");
            return null;
        },
    };

    private readonly Option<bool> _decimalComma = new("--decimal-comma") { Description = "Numbers have a decimal comma: 2,3." };

    private readonly Option<Encoding?> _encoding = new("--encoding")
    {
        Description = "The encoding of files without a byte-order mark, such as latin1, windows-1252 or utf-16. [default: utf-8]",
        HelpName = "NAME",
        CustomParser = result =>
        {
            var encoding = EncodingNames.Find(result.Tokens[0].Value);
            if (encoding is null)
            {
                result.AddError(
                    $"--encoding must be the name of an encoding such as latin1, windows-1252 or utf-16, but is '{result.Tokens[0].Value}'.");
            }

            return encoding;
        },
    };

    /// <summary>Makes them options of a command.</summary>
    public void AddTo(Command command) => command.AddAll(_separator, _decimalComma, _encoding);

    /// <summary>What was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="hasHeader">Whether the first line holds the names of the columns.</param>
    public CsvFormat Read(ParseResult parsed, bool hasHeader) =>
        new(hasHeader, parsed.GetValue(_separator), parsed.GetValue(_decimalComma), parsed.GetValue(_encoding));
}
