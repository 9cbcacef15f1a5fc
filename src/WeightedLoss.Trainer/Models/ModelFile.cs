using System.Text.Json;
using System.Text.Json.Serialization;
using WeightedLoss.Trainer.Data;
using WeightedLoss.Trainer.Data.Files;

namespace WeightedLoss.Trainer.Models;

/// <summary>
/// A trained model as JSON: all that is needed to score rows, and how it came to be. Numbers are written so that they are read back to
/// the bit; nothing in it depends on the machine, the time or the number of threads.
/// </summary>
/// <param name="Format">The format of the file.</param>
/// <param name="Model">The kind of model.</param>
/// <param name="Label">The label column.</param>
/// <param name="Features">The feature columns.</param>
/// <param name="Layers">Weights and biases.</param>
/// <param name="Training">How it was trained.</param>
/// <param name="NumericsVersion">
/// The <see cref="LossKernels.NumericsVersion"/> it was trained with; absent in files from before there was one.
/// </param>
internal sealed record ModelFile(
    string Format,
    string Model,
    LabelInfo Label,
    FeatureInfo[] Features,
    Layer[] Layers,
    TrainingInfo Training,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? NumericsVersion = null)
{
    /// <summary>The <see cref="Format"/> of the files written here.</summary>
    public const string CurrentFormat = "weighted-loss-model/1";

    /// <summary>The names of the two models of a training.</summary>
    public const string Unweighted = "unweighted", Weighted = "weighted";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The files of a training.</summary>
    public static string[] FileNames => [FileNameOf(Unweighted), FileNameOf(Weighted)];

    /// <summary>The names of the features in the order of the weights.</summary>
    [JsonIgnore]
    public string[] FeatureNames => Array.ConvertAll(Features, feature => feature.Name);

    /// <summary>How to standardise rows for this model.</summary>
    [JsonIgnore]
    public Standardizer Standardizer => new(
        Array.ConvertAll(Features, feature => feature.Mean), Array.ConvertAll(Features, feature => feature.StandardDeviation));

    /// <summary>Describes a trained model.</summary>
    public static ModelFile Create(
        Model model, LabelledData data, Standardizer standardizer, TrainingOptions options, TrainingLoss loss) => new(
        CurrentFormat,
        NameOf(options.Model),
        data.Label,
        [.. data.FeatureNames.Select((name, j) => new FeatureInfo(name, standardizer.Means[j], standardizer.Deviations[j]))],
        model.ToLayers(),
        TrainingInfo.Create(options, loss) with { WeightColumn = data.WeightColumn },
        LossKernels.NumericsVersion);

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <summary>The file of a model of a training.</summary>
    public static string FileNameOf(string name) => $"{name}.json";

    /// <summary>Reads and checks a file.</summary>
    public static ModelFile Read(string path)
    {
        var name = InputFile.NameOf(path);
        try
        {
            var file = InputFile.Read(path, bytes => JsonSerializer.Deserialize<ModelFile>(bytes, Json))
                ?? throw new InputException($"{name} is not a model: it holds null.");
            return file.Fault() is { } fault ? throw new InputException($"{name} is not a model: {fault}.") : file;
        }
        catch (JsonException e)
        {
            throw new InputException($"{name} is not a model: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>The model, ready to use.</summary>
    public Model ToModel() => Layers.Length == 1 ? LinearModel.FromLayer(Layers[0]) : MlpModel.FromLayers(Layers[0], Layers[1]);

    /// <summary>What a kind of model is called.</summary>
    public static string NameOf(ModelKind kind) => kind == ModelKind.Linear ? "linear" : "mlp";

    private string? Fault()
    {
        if (Format != CurrentFormat)
        {
            return $"its format is '{Format}', not '{CurrentFormat}'";
        }

        if (NumericsVersion < 1)
        {
            return $"its numerics version is {NumericsVersion}";
        }

        var layers = Model == NameOf(ModelKind.Linear) ? 1 : Model == NameOf(ModelKind.Mlp) ? 2 : 0;
        if (layers == 0)
        {
            return $"there is no model '{Model}'";
        }

        return Features.Length == 0 || Layers.Length != layers
            ? $"it has {Features.Length} features and {Layers.Length} layers"
            : FaultOfFeatures() ?? FaultOfLabel() ?? FaultOfLayers();
    }

    private string? FaultOfFeatures()
    {
        foreach (var feature in Features)
        {
            if (feature is null || !double.IsFinite(feature.Mean) || !(feature.StandardDeviation >= 0)
                || !double.IsFinite(feature.StandardDeviation))
            {
                return $"the mean or standard deviation of feature '{feature?.Name}' is wrong";
            }
        }

        return null;
    }

    private string? FaultOfLabel()
    {
        if ((Label.Positive is null) == (Label.Classes is null))
        {
            return "it must have either a positive label or a list of classes";
        }

        return Label.Classes is { } classes
            && (classes.Length < 2 || Array.Exists(classes, name => name is null) || classes.Distinct().Count() != classes.Length)
                ? "its classes are not two or more different labels"
                : null;
    }

    private string? FaultOfLayers()
    {
        var outputs = Label.Classes?.Length ?? 1;
        var inputs = Features.Length;
        for (var i = 0; i < Layers.Length; i++)
        {
            var layer = Layers[i];
            if (layer is null || layer.Inputs != inputs || layer.Outputs < 1 || (i == Layers.Length - 1 && layer.Outputs != outputs)
                || layer.Weights.Length != (long)layer.Inputs * layer.Outputs || layer.Biases.Length != layer.Outputs)
            {
                return $"layer {i + 1} does not have the weights and biases that its inputs and outputs need";
            }

            if (!Array.TrueForAll(layer.Weights, float.IsFinite) || !Array.TrueForAll(layer.Biases, float.IsFinite))
            {
                return $"layer {i + 1} has a weight or bias that is not finite";
            }

            inputs = layer.Outputs;
        }

        return null;
    }
}

/// <summary>A feature's name and how it is standardised.</summary>
internal sealed record FeatureInfo(string Name, double Mean, double StandardDeviation);

/// <summary>The options that the model was trained with; for the reader, scoring does not need them.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Epochs">How often each row was used.</param>
/// <param name="BatchSize">Rows per step.</param>
/// <param name="LearningRate">The first step size.</param>
/// <param name="PositiveWeight">The weight of a positive; absent where there are several classes.</param>
/// <param name="ClassWeights">A weight for each class; absent where there are positives and negatives.</param>
/// <param name="Gamma">γ of the focal loss; absent for cross-entropy.</param>
/// <param name="WeightColumn">The column of the rows' own weights; absent if there is none.</param>
internal sealed record TrainingInfo(
    ulong Seed,
    int Epochs,
    int BatchSize,
    float LearningRate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? PositiveWeight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float[]? ClassWeights = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] float? Gamma = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WeightColumn = null)
{
    /// <summary>Describes a training.</summary>
    public static TrainingInfo Create(TrainingOptions options, TrainingLoss loss) => new(
        options.Seed,
        options.Epochs,
        options.BatchSize,
        options.LearningRate,
        loss.PositiveWeight,
        loss.ClassWeights,
        loss.Gamma == 0 ? null : loss.Gamma);
}
