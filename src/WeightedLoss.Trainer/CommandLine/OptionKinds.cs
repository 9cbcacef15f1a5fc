using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using WeightedLoss.Trainer.Data;

namespace WeightedLoss.Trainer.CommandLine;

/// <summary>The kinds of options there are; each says what is wrong with its value, by its name.</summary>
internal static class OptionKinds
{
    /// <summary>Whether the user wrote the option.</summary>
    public static bool IsGiven(this SymbolResult command, Option option) => command.GetResult(option) is { Implicit: false };

    /// <summary>
    /// Whether the user wrote the option with this number. Unlike the option's value, it can be asked after a parse error.
    /// </summary>
    public static bool IsGivenAs(this SymbolResult command, Option option, double number) =>
        command.GetResult(option) is { Implicit: false, Tokens: [{ Value: var text }] } && TryParse(text, number, number, out _);

    /// <summary>Adds options, which help lists in this order.</summary>
    public static void AddAll(this Command command, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Any text but none.</summary>
    public static Option<string?> Text(string name, string value, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} must not be empty.");
            }
        });
        return option;
    }

    /// <summary>Columns of a file, one or more.</summary>
    public static Option<string[]> Columns(string name, string description) => new(name)
    {
        Description = $"{description} Names, numbers, or patterns such as \"*_id\".",
        HelpName = "COLUMN …",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>One word out of a few.</summary>
    public static Option<string?> Word(string name, string[] words, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !words.Contains(word))
            {
                result.AddError($"{name} must be {string.Join(" or ", words)}, but is '{word}'.");
            }
        });
        return option;
    }

    /// <summary>Whether a file has a header line.</summary>
    public static Option<string?> Header(string description) => Word("--header", ["none"], description);

    /// <summary>The number of threads.</summary>
    public static Option<int> Threads() => Number(
        "--threads", Environment.ProcessorCount, 1, 1024, "The most threads to use; the result does not depend on it.");

    /// <summary>A number with a usual value.</summary>
    public static Option<T> Number<T>(string name, T usual, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            HelpName = "NUMBER",
            CustomParser = result => ParseNumber(result, least, most),
        };

    /// <summary>A number that is found in some other way unless it is given; the word, if there is one, stands for that.</summary>
    public static Option<Chosen<T>> Chosen<T>(string name, T least, T most, string description, string? word = null)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = word is null ? "NUMBER" : $"{word}|NUMBER",
            CustomParser = result => result.Tokens[0].Value == word
                ? default
                : new(ParseNumber(result, least, most, word is null ? "" : $"{word} or ")),
        };

    /// <summary>Different numbers with commas between them, in any order; ascending when read, and none if not given or "auto".</summary>
    public static Option<float[]> Grid(string name, float least, float most, string description) => new(name)
    {
        Description = description,
        HelpName = "auto|LIST",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "auto")
            {
                return [];
            }

            var numbers = new SortedSet<float>();
            foreach (var item in text.Split(','))
            {
                if (!TryParse(item, least, most, out var number))
                {
                    result.AddError(
                        $"{name} must be auto or a list of numbers from {least} to {most} such as 1,10,100, but '{item}' is in '{text}'.");
                    return [];
                }

                if (!numbers.Add(number))
                {
                    result.AddError($"{name} has {number} twice.");
                    return [];
                }
            }

            return [.. numbers];
        },
    };

    /// <summary>Words out of a few, with commas between them; all of them if not given.</summary>
    public static Option<string[]> Words(string name, string[] words, string description) => new(name)
    {
        Description = $"{description} [default: {string.Join(',', words)}]",
        HelpName = "LIST",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => words,
        CustomParser = result =>
        {
            var chosen = result.Tokens[0].Value.Split(',');
            if (chosen.FirstOrDefault(word => !words.Contains(word)) is { } unknown)
            {
                result.AddError($"{name} must be a list out of {Listing.Of(words)}, but '{unknown}' is none of them.");
            }

            return [.. words.Where(chosen.Contains)];
        },
    };

    private static T ParseNumber<T>(ArgumentResult result, T least, T most, string otherwise = "")
        where T : INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (TryParse(text, least, most, out var value))
        {
            return value;
        }

        var option = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{option} must be {otherwise}a number from {least} to {most}, but is '{text}'.");
        return least;
    }

    private static bool TryParse<T>(string text, T least, T most, out T value)
        where T : INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value!) && value >= least && value <= most;
}

/// <summary>The value of an option that may leave it to the program. A value of its own, because a parser must not return null.</summary>
/// <param name="Number">The number; null if it is found in some other way.</param>
internal readonly record struct Chosen<T>(T? Number)
    where T : struct;
