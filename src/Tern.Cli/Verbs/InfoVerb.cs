using System.CommandLine;
using System.Globalization;
using Tern.Features;
using Tern.Model;

namespace Tern.Cli.Verbs;

/// <summary>`tern info MODEL`: what is in a model file. Needs no libtorch.</summary>
sealed class InfoVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };

    public InfoVerb() : base("info", "Shows what a model file holds: the network module by module with sizes and multiply-adds, how each matrix is stored and in how many bytes, labels, how it was trained.", "tern info runs/quickstart/sru/best.safetensors")
    {
        Add(model);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string path = arguments.Get(model);
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        IReadOnlyList<ModuleCost> costs = ModuleCost.Of(spec, tensors);
        long bytes = new FileInfo(path).Length;
        IReadOnlyList<StoredMatrix> matrices = StoredMatrix.Of(spec, tensors);
        if (output.Json) output.Document(Document(path, spec, costs, matrices, bytes));
        else Print(output, path, spec, costs, matrices, bytes);
        return 0;
    }

    static object Document(string path, ModelSpec spec, IReadOnlyList<ModuleCost> costs, IReadOnlyList<StoredMatrix> matrices, long bytes) => new
    {
        Model = path,
        spec.Task,
        Parameters = costs.Sum(cost => cost.Parameters),
        Bytes = bytes,
        MultiplyAdds = new { Step = Sum(costs, eachStep: true), Sequence = Sum(costs, eachStep: false) },
        Modules = costs.Select(cost => new
        {
            cost.Module.Name,
            Kind = Kind(cost.Module),
            cost.Module.Inputs,
            Tensors = cost.Module.Tensors().ToDictionary(tensor => tensor.Key, tensor => tensor.Value),
            Output = new { Rows = cost.GivesSequence ? "step" : "sequence", cost.Width },
            cost.Parameters,
            cost.Bytes,
            cost.MultiplyAdds,
            Per = cost.EachStep ? "step" : "sequence",
        }),
        Matrices = matrices.Select(matrix => new
        {
            matrix.Name,
            matrix.Rows,
            matrix.Columns,
            matrix.Encoding,
            matrix.Weights,
            matrix.Bytes,
        }),
        spec.Output,
        Text = spec.Text is { } text ? new { Unit = Unit(text), text.LowerCase, Clean = text.Clean.ToString().ToLowerInvariant(), text.MaxLength, text.MinCount, Vocabulary = text.Vocabulary.Count } : null,
        Series = spec.Series is { } series ? new { series.Channels, Normalised = Normalised(series), series.MaxLength, series.LogMel } : null,
        spec.Labels,
        spec.Ranges,
        spec.Metrics,
        spec.Training,
    };

    static void Print(Output output, string path, ModelSpec spec, IReadOnlyList<ModuleCost> costs, IReadOnlyList<StoredMatrix> matrices, long bytes)
    {
        long parameters = costs.Sum(cost => cost.Parameters);
        output.Line($"{path}: {spec.Task}, {Number(parameters)} parameters, {Number(bytes)} bytes");
        output.Table(["module", "kind", "reads", "gives", ">parameters", ">bytes", ">multiply-adds"],
        [
            .. costs.Select(cost => (string[])
            [
                cost.Module.Name,
                KindInFull(cost.Module),
                string.Join(", ", cost.Module.Inputs),
                cost.GivesSequence ? $"steps x {Number(cost.Width)}" : Number(cost.Width),
                Number(cost.Parameters),
                Number(cost.Bytes),
                cost.MultiplyAdds == 0 ? "0" : $"{Number(cost.MultiplyAdds)} a {(cost.EachStep ? "step" : "sequence")}",
            ]),
            ["total", "", "", "", Number(parameters), Number(costs.Sum(cost => cost.Bytes)), $"{Number(Sum(costs, eachStep: true))} a step"],
            .. Sum(costs, eachStep: false) is var once and > 0 ? new string[][] { ["", "", "", "", "", "", $"+ {Number(once)} a sequence"] } : [],
        ]);
        output.Table(["matrix", ">shape", "stored as", ">weights", ">bytes"], matrices.Select(matrix => (string[])
            [matrix.Name, $"{Number(matrix.Rows)} x {Number(matrix.Columns)}", matrix.How, Number(matrix.Weights), Number(matrix.Bytes)]));
        if (spec.Text is { } features)
            output.Line($"text      {Unit(features)}{(features.Clean == TextCleaning.None ? "" : ", cleaned")}{(features.LowerCase ? ", lower-cased" : "")}, at most {features.MaxLength}; {Number(features.Vocabulary.Count)} in the vocabulary");
        if (spec.Series is { } series)
            output.Line($"series    {series.LogMel?.Describe() ?? $"{Number(series.Channels)} channels"}{(Normalised(series) ? ", normalised" : "")}{(series.MaxLength > 0 ? $", at most {Number(series.MaxLength)} steps" : "")}");
        if (spec.Ranges is { } ranges) output.Line($"ranges    of {Number(ranges.Layers.Sum(layer => layer.Value.Count) + 1)} parts on {Number(ranges.Sequences)} training sequences, for the integer form");
        if (spec.Labels is { } labels) output.Line($"labels    {labels.Count}: {string.Join(", ", labels)}");
        foreach ((string name, double value) in spec.Metrics) output.Line($"{name}  {value.ToString("0.####", CultureInfo.InvariantCulture)}");
        if (spec.Training is { } training)
            output.Line($"trained   by tern {training.Tern}, seed {training.Seed}, {training.Threads} threads, {training.SimdBits}-bit vectors, {training.Gemm} matrix product, {training.Libtorch}");
    }

    static long Sum(IReadOnlyList<ModuleCost> costs, bool eachStep) => costs.Where(cost => cost.EachStep == eachStep).Sum(cost => cost.MultiplyAdds);

    static string Kind(ModuleSpec module) => module.GetType().Name.Replace("Spec", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The kind, and what tells two modules of a kind apart.</summary>
    static string KindInFull(ModuleSpec module) => module switch
    {
        RecurrentSpec recurrent => $"{recurrent.Cell.Cell}{Directions(recurrent.Bidirectional)}{(recurrent.Projection is { } rank ? $", rank {rank}" : "")}{(recurrent.RecurrentProjection is { } columns ? $", projected to {columns}" : "")}",
        TorchRecurrentSpec baseline => $"libtorch's {baseline.Cell}, {baseline.Layers} layers{Directions(baseline.Bidirectional)}",
        ConvolutionSpec convolution => $"convolution, {convolution}",
        PoolingSpec pooling => $"{pooling.How.ToString().ToLowerInvariant()} over steps",
        _ => Kind(module),
    };

    static string Directions(bool both) => both ? ", both directions" : "";

    static bool Normalised(SeriesFeatures series) => series.Mean.Any(mean => mean != 0) || series.Deviation.Any(deviation => deviation != 1);

    static string Unit(TextFeatures text) => text.Unit.ToString().ToLowerInvariant();

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
