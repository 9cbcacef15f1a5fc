using Spectre.Console;
using WeightedLoss.Trainer.Models;

namespace WeightedLoss.Trainer.Output;

/// <summary>Shows the epochs of a training: a progress bar on a terminal, a line per epoch, or for some of very many, elsewhere.</summary>
internal static class ProgressView
{
    // With the bar just below the 80 columns of a small terminal.
    private const string Format = "{0,-10} {1,3}/{2}  loss {3:F5}  validation: log loss {4:F5}, {5} {6:F4}";
    private const int BarWidth = 8;
    private const int MostLines = 20;

    /// <summary>Calls an action with something to report each epoch to.</summary>
    public static T Show<T>(IAnsiConsole console, string name, string scoreName, int epochs, Func<Action<EpochFigures>, T> train)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            var every = (epochs + MostLines - 1) / MostLines;
            return train(figures =>
            {
                if (figures.Number % every == 0 || figures.Number == epochs)
                {
                    console.WritePlain(Line(name, scoreName, epochs, figures));
                }
            });
        }

        return console.Progress()
            .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask(name, maxValue: epochs);
                return train(figures =>
                {
                    task.Description = Line(name, scoreName, epochs, figures).EscapeMarkup();
                    task.Increment(1);
                });
            });
    }

    private static string Line(string name, string scoreName, int epochs, EpochFigures figures) => string.Format(
        null, Format, name, figures.Number, epochs, figures.Loss, figures.Validation.LogLoss, scoreName, figures.Validation.Score);
}
