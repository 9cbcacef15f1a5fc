using Spectre.Console;

namespace WeightedLoss.Trainer.Output;

/// <summary>Shows how many trainings are done: a progress bar on a terminal, a line for each elsewhere.</summary>
internal static class JobProgress
{
    /// <summary>Calls an action with something to report each finished training to, from any thread.</summary>
    public static void Show(IAnsiConsole console, int count, Action<Action<string>> run)
    {
        var done = 0;
        var lockOfLines = new Lock();
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            run(name =>
            {
                lock (lockOfLines)
                {
                    console.WritePlain($"{++done}/{count}  {name}");
                }
            });
            return;
        }

        console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var task = context.AddTask("training", maxValue: count);
                run(name =>
                {
                    lock (lockOfLines)
                    {
                        task.Description = $"{++done}/{count} {name}".EscapeMarkup();
                        task.Increment(1);
                    }
                });
            });
    }
}
