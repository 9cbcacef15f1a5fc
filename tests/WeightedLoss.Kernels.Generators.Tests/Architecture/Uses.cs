using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WeightedLoss.Generators.Tests.Architecture;

/// <summary>What the source files of a project use, by folder. References of documentation do not count.</summary>
internal sealed class Uses
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Every folder with source files; the root is empty.</summary>
    public SortedSet<string> All { get; } = new(StringComparer.Ordinal);

    /// <summary>Which folder uses which other, with an example.</summary>
    public SortedDictionary<(string From, string To), string> Folders { get; } = [];

    /// <summary>Which folder uses which assembly of others.</summary>
    public HashSet<(string Folder, string Assembly)> Assemblies { get; } = [];

    /// <summary>Every name in every folder.</summary>
    public HashSet<(string Folder, string Name)> Names { get; } = [];

    /// <summary>Reads a project.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="references">What it is compiled with.</param>
    /// <param name="linked">Folders that it has from elsewhere.</param>
    public static Uses Read(string project, IEnumerable<MetadataReference> references, params (string Folder, string Path)[] linked)
    {
        var token = TestContext.Current.CancellationToken;
        var sources = linked.Append((Folder: "", Path: project))
            .SelectMany(root => Directory.GetFiles(root.Path, "*.cs", SearchOption.AllDirectories).Select(path => (root.Folder, Path: Path.GetRelativePath(root.Path, path), Text: File.ReadAllText(path))))
            .Select(file => (Folder: file.Folder.Length != 0 ? file.Folder : Path.GetDirectoryName(file.Path)!.Split(Path.DirectorySeparatorChar)[0], file.Path, file.Text))
            .Where(file => file.Folder is not ("bin" or "obj"))
            .ToList();
        var trees = sources.ToDictionary(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path, cancellationToken: token), file => file.Folder);
        var compilation = CSharpCompilation.Create("Project", trees.Keys.Append(CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: token)), references);
        var uses = new Uses();
        foreach (var (tree, folder) in trees)
        {
            uses.All.Add(folder);
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(token).DescendantNodes().OfType<SimpleNameSyntax>())
            {
                uses.Names.Add((folder, name.Identifier.Text));
                var info = model.GetSymbolInfo(name, token);
                foreach (var symbol in info.Symbol is { } only ? [only] : info.CandidateSymbols)
                {
                    uses.Add(folder, symbol, trees, $"{tree.FilePath} names {name}");
                }
            }
        }

        return uses;
    }

    /// <summary>Folders that use one another, by way of others or not.</summary>
    public List<string> Circles()
    {
        var reached = All.ToDictionary(folder => folder, folder => Folders.Keys.Where(use => use.From == folder).Select(use => use.To).ToHashSet());
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var folders in reached.Values)
            {
                var more = folders.SelectMany(folder => reached[folder]).ToHashSet();
                changed |= !more.IsSubsetOf(folders);
                folders.UnionWith(more);
            }
        }

        return [.. from folder in All where reached[folder].Contains(folder) select folder.Length == 0 ? "(root)" : folder];
    }

    private void Add(string folder, ISymbol symbol, Dictionary<SyntaxTree, string> trees, string example)
    {
        if (symbol is INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or IRangeVariableSymbol)
        {
            return;
        }

        var references = (symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol).DeclaringSyntaxReferences;
        if (references.IsEmpty && symbol.ContainingAssembly is { } assembly)
        {
            Assemblies.Add((folder, assembly.Name));
        }

        // A partial type is declared wherever it is.
        var declared = references.Select(reference => trees.GetValueOrDefault(reference.SyntaxTree, folder)).ToList();
        if (declared.Count != 0 && !declared.Contains(folder))
        {
            Folders.TryAdd((folder, declared[0]), example);
        }
    }
}
