using System.CommandLine;
using Spectre.Console;
using WeightedLoss.Benchmarks.Audit;
using WeightedLoss.Benchmarks.Compare;

namespace WeightedLoss.Benchmarks.Report;

/// <summary>Merges results of any number of processors into one page.</summary>
internal static class ReportCommand
{
    private const string PictureFolder = "pictures";

    public static Command Create()
    {
        var folders = new Argument<DirectoryInfo[]>("FOLDERS")
        {
            Description = "Folders that compare --results wrote. [default: all in benchmarks/results; then the README's tables are brought up "
                + "to date, too]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        folders.AcceptExistingOnly();
        var output = new Option<DirectoryInfo?>("--out")
        {
            Description = "The folder for report.html, report.md and pictures. [default: benchmarks/results]",
            HelpName = "FOLDER",
        };
        var command = new Command(
            "report",
            "Merges results of any number of processors into one HTML page and Markdown with pictures. Results of kernels that compute other bits "
                + "than this version's are left out, with a message.")
        {
            folders, output,
        };
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(folders) ?? [];
            return Run([.. given.Select(folder => folder.FullName)], parsed.GetValue(output)?.FullName);
        });
        return command;
    }

    private static int Run(IReadOnlyList<string> given, string? output)
    {
        try
        {
            var results = MergedResults.Read(given.Count != 0 ? given : FoldersIn(ResultsFolder.Find()));
            results.Messages.ToList().ForEach(AnsiConsole.WriteLine);
            var pictures = Pictures.Of(results);
            var folder = output ?? ResultsFolder.Find();
            ResultsFolder.Write(Path.Combine(folder, "report.html"), ReportPages.ToHtml(results, pictures));
            ResultsFolder.Write(Path.Combine(folder, "report.md"), ReportPages.ToMarkdown(results, pictures, PictureFolder));
            foreach (var picture in pictures)
            {
                ResultsFolder.Write(Path.Combine(folder, PictureFolder, $"{picture.Name}.svg"), picture.Svg);
            }

            AnsiConsole.WriteLine($"Written: {Path.Combine(folder, "report.html")}, report.md and {pictures.Count} pictures.");
            if (given.Count == 0 && output is null)
            {
                var readme = Path.Combine(ResultsFolder.Repository!, "README.md");
                ResultsFolder.Write(readme, ReadmeTables.Replace(File.ReadAllText(readme), ReadmeTables.Of(results)));
                AnsiConsole.WriteLine($"Brought up to date: the speed tables of {readme}.");
            }

            return 0;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }

    /// <summary>The folders of processors.</summary>
    internal static IReadOnlyList<string> FoldersIn(string results) =>
        [.. Directory.GetDirectories(results).Where(folder => Path.GetFileName(folder) is not (PictureFolder or CodeTable.Folder)).Order(
            StringComparer.Ordinal)];
}
