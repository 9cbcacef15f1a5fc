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

    /// <summary>Names that mean nothing without what is emitted.</summary>
    public HashSet<(string Folder, string Name)> Unknown { get; } = [];

    /// <summary>Every name in every folder.</summary>
    public HashSet<(string Folder, string Name)> Names { get; } = [];

    /// <summary>Reads a project.</summary>
    /// <param name="project">Its folder.</param>
    /// <param name="references">What it is compiled with.</param>
    /// <param name="linked">Folders that it has from elsewhere.</param>
    public static Uses Read(string project, IEnumerable<MetadataReference> references, params (string Folder, string Path)[] linked)
    {
        var token = TestContext.Current.CancellationToken;
        var trees = new Dictionary<SyntaxTree, string>();
        foreach (var (root, path) in linked.Append((Folder: "", Path: project)))
        {
            foreach (var file in Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(path, file);
                var folder = root.Length != 0 ? root : Path.GetDirectoryName(relative)!.Split(Path.DirectorySeparatorChar)[0];
                if (folder is not ("bin" or "obj"))
                {
                    trees.Add(CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: relative, cancellationToken: token), folder);
                }
            }
        }

        var usings = CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: token);
        var compilation = CSharpCompilation.Create("Project", trees.Keys.Append(usings), references);
        var uses = new Uses();
        foreach (var (tree, folder) in trees)
        {
            uses.All.Add(folder);
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot(token).DescendantNodes().OfType<SimpleNameSyntax>())
            {
                uses.Names.Add((folder, name.Identifier.Text));
                var info = model.GetSymbolInfo(name, token);
                var symbols = info.Symbol is { } only ? [only] : info.CandidateSymbols;
                if (symbols.IsEmpty && name.Identifier.Text is not ("nameof" or "unmanaged"))
                {
                    uses.Unknown.Add((folder, name.Identifier.Text));
                }

                foreach (var symbol in symbols)
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
        var reached = All.ToDictionary(
            folder => folder,
            folder => Folders.Keys.Where(use => use.From == folder).Select(use => use.To).ToHashSet());
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
