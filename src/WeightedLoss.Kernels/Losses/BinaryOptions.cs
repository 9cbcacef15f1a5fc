using System.Numerics;
using WeightedLoss.Runtime;

namespace WeightedLoss;

/// <summary>What every binary loss needs besides logits and labels. Immutable: one instance can serve many threads.</summary>
/// <typeparam name="T">The element type of logits and gradient.</typeparam>
public abstract class BinaryOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The length by which the column weights are tiled beyond their period, so that a kernel reads a run of them from any column.
    /// </summary>
    internal const int ColumnTile = 1024;

    private readonly T[] _columnWeights = [];
    private readonly int _weightsGiven;
    private readonly int _columnsGiven;
    private readonly WeightRange _positiveRange;
    private readonly WeightRange _negativeRange;
    private readonly WeightRange _columnRange;
    private readonly bool _hasZeroColumn;

    private protected BinaryOptions(Reduction reduction) => Reduction = OptionChecks.Reduction(reduction, nameof(reduction));

    /// <summary>How the losses become one number, and how the gradient is scaled.</summary>
    public Reduction Reduction { get; }

    /// <summary>The weight w⁺ of positive labels, finite and ≥ 0; 1 unless set.</summary>
    public T PositiveWeight
    {
        get;
        init
        {
            field = CheckWeight(value, nameof(PositiveWeight));
            _positiveRange = WeightRange.Of([value]);
        }
    }
    = T.One;

    /// <summary>The weight w⁻ of negative labels, finite and ≥ 0; 1 unless set.</summary>
    public T NegativeWeight
    {
        get;
        init
        {
            field = CheckWeight(value, nameof(NegativeWeight));
            _negativeRange = WeightRange.Of([value]);
        }
    }
    = T.One;

    /// <summary>
    /// For multi-label logits [n, columns] in row-major order: a positive weight for each column, finite and ≥ 0, in place of
    /// <see cref="PositiveWeight"/>. The values are copied. Empty unless set.
    /// </summary>
    public ReadOnlySpan<T> PositiveWeights
    {
        get => _columnWeights.AsSpan(0, _weightsGiven);
        init
        {
            OptionChecks.Weights(value, "A positive weight", nameof(PositiveWeights));
            if (value.IsEmpty)
            {
                return;
            }

            if (_columnsGiven != 0 && _columnsGiven != value.Length)
            {
                throw ColumnMismatch(value.Length, _columnsGiven, nameof(PositiveWeights));
            }

            _weightsGiven = value.Length;
            _columnRange = WeightRange.Of(value);
            _hasZeroColumn = value.Contains(T.Zero);
            _columnWeights = new T[value.Length - 1 + ColumnTile];
            for (var i = 0; i < _columnWeights.Length; i++)
            {
                _columnWeights[i] = value[i % value.Length];
            }
        }
    }

    /// <summary>The number of labels per sample, for logits [n, columns]; 1 unless set or given by <see cref="PositiveWeights"/>.</summary>
    public int Columns
    {
        get => Math.Max(1, Math.Max(_columnsGiven, _weightsGiven));
        init
        {
            if (value < 1)
            {
                throw new ArgumentException($"There must be at least one column, but {nameof(Columns)} is {value}.", nameof(Columns));
            }

            if (_weightsGiven != 0 && _weightsGiven != value)
            {
                throw ColumnMismatch(_weightsGiven, value, nameof(Columns));
            }

            _columnsGiven = value;
        }
    }

    /// <summary>
    /// Label smoothing ε in [0, 1]: a target y becomes y·(1 − ε) + ε/2. 0 unless set. Σ w is that of the labels as given.
    /// </summary>
    public T LabelSmoothing
    {
        get;
        init => field = OptionChecks.Smoothing(value, nameof(LabelSmoothing));
    }

    /// <summary>
    /// A hard label that means "no label here", other than 0 and 1: such a logit has loss 0 and gradient 0, whatever its value, and does
    /// not count. None unless set. Soft targets have none; a sample weight of 0 makes a label inert too, but it counts in a mean by count.
    /// </summary>
    public long? IgnoreLabel
    {
        get;
        init
        {
            if (value is 0 or 1)
            {
                throw new ArgumentException(
                    $"0 and 1 are the classes and can't be ignored, but {nameof(IgnoreLabel)} is {value}.", nameof(IgnoreLabel));
            }

            field = value;
        }
    }

    /// <summary>The largest number of threads to use, at least 1; 1 unless set. Results have the same bits for every number.</summary>
    public int MaxDegreeOfParallelism
    {
        get;
        init => field = OptionChecks.Threads(value, nameof(MaxDegreeOfParallelism));
    }
    = 1;

    /// <summary>Whether a label may have the weight 0 because of its class.</summary>
    internal bool HasZeroWeight => NegativeWeight == T.Zero || (_weightsGiven == 0 ? PositiveWeight == T.Zero : _hasZeroColumn);

    /// <summary>The range of the class weights.</summary>
    internal WeightRange WeightRange => (_weightsGiven == 0 ? _positiveRange : _columnRange).And(_negativeRange).OrOne;

    /// <summary>Whether targets between the classes are <see cref="FocalTargets.Mixed"/>, for the losses that have this form.</summary>
    internal bool HasMixedTargets { get; init; }

    /// <summary>
    /// The column weights, repeated from column 0 on for <see cref="ColumnTile"/> − 1 elements beyond one period; empty without column
    /// weights.
    /// </summary>
    internal ReadOnlySpan<T> TiledColumnWeights => _columnWeights;

    /// <summary>
    /// Whether labels of a type are <see cref="FocalTargets.Mixed"/>; hard labels without smoothing are the same in every form.
    /// </summary>
    internal bool Mixes<TLabel>() => HasMixedTargets && (typeof(TLabel) == typeof(T) || LabelSmoothing != T.Zero);

    /// <summary>The parameters of the loss, for kernels.</summary>
    internal virtual LossParameters<T> Parameters => default;

    /// <summary>Whether the loss is another one, at the limit of its parameters, for labels of a type.</summary>
    internal virtual bool IsLimit<TLabel>() => false;

    private static T CheckWeight(T value, string name)
    {
        if (!(value >= T.Zero) || !T.IsFinite(value))
        {
            throw new ArgumentException($"A weight must be finite and at least 0, but {name} is {value}.", name);
        }

        return value;
    }

    private static ArgumentException ColumnMismatch(int weights, int columns, string name) =>
        new($"{nameof(PositiveWeights)} has {weights} values, but there are {columns} columns.", name);
}
