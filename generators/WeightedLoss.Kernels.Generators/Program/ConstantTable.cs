using WeightedLoss.Generators.Dialects;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Program;

/// <summary>The constants of one kernel file, each written once.</summary>
internal sealed class ConstantTable
{
    private readonly List<(string Name, double Value)> _constants = [];
    private readonly List<(string Name, IReadOnlyList<double> Values)> _tables = [];

    public void Add(string name, double value)
    {
        if (!_constants.Exists(constant => constant.Name == name))
        {
            _constants.Add((name, value));
        }
    }

    /// <summary>Numbers of which an index chooses one; see <see cref="Dialect.LookUp"/>.</summary>
    public void AddTable(string name, IReadOnlyList<double> values)
    {
        if (!_tables.Exists(table => table.Name == name))
        {
            _tables.Add((name, values));
        }
    }

    public void Emit(IndentedWriter writer, Dialect dialect)
    {
        foreach (var (name, values) in _tables)
        {
            // Repeated, so that bits of the index beyond those that count do no harm.
            var repeated = Enumerable.Repeat(values, System.Math.Max(1, dialect.Lanes / values.Count)).SelectMany(all => all);
            var entries = string.Join(", ", repeated.Select(dialect.Number.Literal));
            writer.Line($"private static global::System.ReadOnlySpan<{dialect.Number.Keyword}> {name} => [{entries}];");
            writer.Line();
        }

        if (_constants.Count == 0)
        {
            return;
        }

        if (!dialect.ConstantsInMemory)
        {
            foreach (var (name, value) in _constants)
            {
                writer.Line($"private const {dialect.Number.Keyword} {name} = {dialect.Number.Literal(value)};");
            }

            writer.Line();
            return;
        }

        for (var i = 0; i < _constants.Count; i++)
        {
            writer.Line($"private const int {_constants[i].Name} = {i * dialect.Lanes};");
        }

        writer.Line();
        writer.Line("/// <summary>Each constant once per lane, at the index that carries its name.</summary>");
        writer.Line($"private static global::System.ReadOnlySpan<{dialect.Number.Keyword}> Constants =>");
        writer.Line("[");
        foreach (var (_, value) in _constants)
        {
            writer.Line("    " + string.Join(", ", Enumerable.Repeat(dialect.Number.Literal(value), dialect.Lanes)) + ",");
        }

        writer.Line("];");
        writer.Line();
    }
}
