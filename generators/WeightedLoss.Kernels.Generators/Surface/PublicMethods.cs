using WeightedLoss.Generators.Losses;
using WeightedLoss.Generators.Plan;
using WeightedLoss.Generators.Text;

namespace WeightedLoss.Generators.Surface;

/// <summary>What the user's class receives: public methods, and nothing else.</summary>
internal static class PublicMethods
{
    /// <summary>The types of hard labels; the library brings all of them into the form that kernels take.</summary>
    private static readonly string[] Integers = ["byte", "sbyte", "short", "ushort", "int", "uint", "long"];

    internal static string Emit(SurfacePlan plan)
    {
        var file = SourceFile.OpenTarget(plan.Name, plan.Target, plan.Loss);
        switch (LossList.Of(plan.Loss))
        {
            case BinaryLoss loss:
                EmitBinary(file, plan, loss);
                break;
            case SoftmaxLoss loss:
                EmitSoftmax(file, plan, loss);
                break;
        }

        return SourceFile.CloseTarget(file, plan.Target);
    }

    private static void EmitBinary(IndentedWriter file, SurfacePlan plan, BinaryLoss loss)
    {
        var element = plan.Element.Storage;
        var kernel = $"global::{plan.Target.KernelNamespace}.{plan.Choice}";
        var limit = ReferenceEquals(loss.Limit, loss) ? kernel : ChoiceEmitter.LibraryType(loss.Limit.Info, plan.Element);
        foreach (var label in (string[])[.. Integers, "bool", element])
        {
            var description = label switch
            {
                "bool" => "Hard labels; true is positive.",
                _ when label == element => "Soft targets between 0 and 1.",
                _ => "Hard labels, 0 or 1.",
            };
            EmitPair(file, new Method
            {
                Returns = "LossSum",
                ReturnsText = "Σ w·loss and what it takes to make it a mean.",
                Phrase = plan.Loss.Phrase,
                Element = element,
                Logits = "[n], or [n, columns] in row-major order.",
                Label = label,
                LabelsName = "labels",
                LabelsText = $"{description} One per logit.",
                Options = plan.Loss.Options,
                OptionsText = loss.OptionsText,
                WeightsText = "None (default), or one per logit, or one per row; finite and at least 0. A label with weight 0 has loss and gradient 0.",
                LossesText = "per logit",
                Wrong = "A length, label, target or weight is wrong",
                Callee = "BinaryLoss",
                Types = $"{kernel}, {limit}, {element}, {label}",
            });
        }

        if (plan.HasProbabilities)
        {
            file.Lines($$"""
                /// <summary>σ(z), the probability of the positive class.</summary>
                /// <param name="logits">[n], any shape.</param>
                /// <param name="probabilities">One element per logit; the memory of the logits, or apart from it.</param>
                /// <exception cref="global::System.ArgumentException">
                /// The lengths differ, or the spans overlap in part; nothing is written.
                /// </exception>
                public static void Probabilities(global::System.ReadOnlySpan<{{element}}> logits, global::System.Span<{{element}}> probabilities) =>
                    global::WeightedLoss.Runtime.BinaryLoss.Probabilities<{{kernel}}, {{element}}>(logits, probabilities);

                """);
        }
    }

    private static void EmitSoftmax(IndentedWriter file, SurfacePlan plan, SoftmaxLoss loss)
    {
        var element = plan.Element.Storage;
        var kernel = $"global::{plan.Target.KernelNamespace}.{plan.Choice}";
        var rows = $"global::{plan.Target.KernelNamespace}.{plan.RowsChoice}";
        var limitRows = ReferenceEquals(loss.Limit, loss) ? rows : ChoiceEmitter.LibraryType(loss.Limit.Info, plan.Element, "Rows");
        foreach (var label in (string[])[.. Integers, .. loss.HasDenseTargets ? new[] { element } : []])
        {
            var isSoft = label == element;
            EmitPair(file, new Method
            {
                Returns = isSoft ? "LossSum" : "ClassLossSum",
                ReturnsText = isSoft
                    ? "Σ w·loss, and what it takes to make it a mean."
                    : "Σ w·loss, what it takes to make it a mean, and the number of correct predictions.",
                Phrase = plan.Loss.Phrase,
                Element = element,
                Logits = "[n, classes], or as the layout of the options says.",
                Label = label,
                LabelsName = isSoft ? "targets" : "labels",
                LabelsText = isSoft
                    ? "A target between 0 and 1 for every class of every sample, laid out as the logits."
                    : "One class per sample, 0 … classes − 1, or the ignore label.",
                Options = plan.Loss.Options,
                OptionsText = loss.OptionsText,
                WeightsText = "None (default), or one per sample, finite and at least 0. A sample with weight 0 has loss and gradient 0.",
                LossesText = "per sample",
                Wrong = loss.HasDenseTargets ? "A length, label, target or weight is wrong" : "A length, label or weight is wrong",
                Callee = "CrossEntropyLoss",
                Types = $"{kernel}, {rows}, {limitRows}, {element}, {label}",
            });
        }

        if (loss.HasDenseTargets)
        {
            file.Lines($$"""
                /// <summary>The softmax of every sample: the probabilities of its classes.</summary>
                /// <param name="logits">[n, classes], or as the layout of the options says.</param>
                /// <param name="probabilities">One element per logit; the memory of the logits, or apart from it.</param>
                /// <param name="options">Class count, layout and threads count, and nothing else.</param>
                /// <exception cref="global::System.ArgumentException">
                /// A length is wrong, or the spans overlap in part; nothing is written.
                /// </exception>
                public static void Probabilities(
                    global::System.ReadOnlySpan<{{element}}> logits,
                    global::System.Span<{{element}}> probabilities,
                    global::WeightedLoss.{{plan.Loss.Options}}<{{element}}> options) =>
                    global::WeightedLoss.Runtime.CrossEntropyLoss.Probabilities<{{kernel}}, {{rows}}, {{element}}>(logits, probabilities, options);

                """);
        }
    }

    private static void EmitPair(IndentedWriter file, Method method)
    {
        var m = method;
        var others = $"""
            /// <param name="options">{m.OptionsText}</param>
            /// <param name="sampleWeights">{m.WeightsText}</param>
            /// <param name="losses">Not wanted (default), or receives w·loss {m.LossesText}, not reduced.</param>
            /// <returns>{m.ReturnsText}</returns>
            /// <exception cref="global::System.ArgumentException">{m.Wrong}, or spans share memory; nothing is written.</exception>
            """;
        file.Lines($$"""
            /// <summary>The sums of the {{m.Phrase}}, and the losses one by one if wanted.</summary>
            /// <param name="logits">{{m.Logits}}</param>
            /// <param name="{{m.LabelsName}}">{{m.LabelsText}}</param>
            {{others}}
            public static global::WeightedLoss.{{m.Returns}} Loss(
                global::System.ReadOnlySpan<{{m.Element}}> logits,
                global::System.ReadOnlySpan<{{m.Label}}> {{m.LabelsName}},
                global::WeightedLoss.{{m.Options}}<{{m.Element}}> options,
                global::System.ReadOnlySpan<{{m.Element}}> sampleWeights = default,
                global::System.Span<{{m.Element}}> losses = default) =>
                global::WeightedLoss.Runtime.{{m.Callee}}.Loss<{{m.Types}}>(
                    logits, {{m.LabelsName}}, options, sampleWeights, losses);

            /// <summary>The sums of the {{m.Phrase}} and its gradient in one pass, and the losses one by one if wanted.</summary>
            /// <param name="logits">{{m.Logits}}</param>
            /// <param name="{{m.LabelsName}}">{{m.LabelsText}}</param>
            /// <param name="gradient">
            /// Receives ∂/∂logits of the reduced loss; one element per logit. The memory of the logits, or apart from every input.
            /// </param>
            {{others}}
            public static global::WeightedLoss.{{m.Returns}} LossAndGradient(
                global::System.ReadOnlySpan<{{m.Element}}> logits,
                global::System.ReadOnlySpan<{{m.Label}}> {{m.LabelsName}},
                global::System.Span<{{m.Element}}> gradient,
                global::WeightedLoss.{{m.Options}}<{{m.Element}}> options,
                global::System.ReadOnlySpan<{{m.Element}}> sampleWeights = default,
                global::System.Span<{{m.Element}}> losses = default) =>
                global::WeightedLoss.Runtime.{{m.Callee}}.LossAndGradient<{{m.Types}}>(
                    logits, {{m.LabelsName}}, gradient, options, sampleWeights, losses);

            """);
    }

    /// <summary>What differs between the public methods of losses and label types.</summary>
    private sealed record Method
    {
        public string Returns { get; init; } = "";

        public string ReturnsText { get; init; } = "";

        public string Phrase { get; init; } = "";

        public string Element { get; init; } = "";

        public string Logits { get; init; } = "";

        public string Label { get; init; } = "";

        public string LabelsName { get; init; } = "";

        public string LabelsText { get; init; } = "";

        public string Options { get; init; } = "";

        public string OptionsText { get; init; } = "";

        public string WeightsText { get; init; } = "";

        public string LossesText { get; init; } = "";

        public string Wrong { get; init; } = "";

        public string Callee { get; init; } = "";

        public string Types { get; init; } = "";
    }
}
