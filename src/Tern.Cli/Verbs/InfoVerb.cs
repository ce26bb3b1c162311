using System.CommandLine;
using System.Globalization;
using Tern.Features;
using Tern.Model;

namespace Tern.Cli.Verbs;

/// <summary>`tern info MODEL`: what is in a model file. Needs no libtorch.</summary>
sealed class InfoVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };

    public InfoVerb() : base("info", "Shows what a model file holds: modules, sizes, labels, how it was trained.", "tern info runs/quickstart/sru/best.safetensors")
    {
        Add(model);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        string path = arguments.Get(model);
        (ModelSpec spec, IReadOnlyDictionary<string, TensorData> tensors) = ModelFile.Load(path);
        long bytes = new FileInfo(path).Length, parameters = tensors.Values.Sum(t => t.Values.LongLength);
        if (output.Json)
        {
            output.Document(new
            {
                Model = path,
                spec.Task,
                Parameters = parameters,
                Bytes = bytes,
                Modules = spec.Modules.Select(module => new { module.Name, Kind = Kind(module), module.Inputs, Parameters = Parameters(module) }),
                spec.Output,
                Text = spec.Text is { } text ? new { Unit = Unit(text), text.LowerCase, text.MaxLength, text.MinCount, Vocabulary = text.Vocabulary.Count } : null,
                spec.Labels,
                spec.Metrics,
                spec.Training,
            });
            return 0;
        }
        output.Line($"{path}: {spec.Task}, {Number(parameters)} parameters, {Number(bytes)} bytes");
        output.Table(["module", "kind", "reads", "tensors", ">parameters"], spec.Modules.Select(module => (string[])
            [module.Name, Kind(module), string.Join(", ", module.Inputs), Shapes(module), Number(Parameters(module))]));
        if (spec.Text is { } features)
            output.Line($"text      {Unit(features)}{(features.LowerCase ? ", lower-cased" : "")}, at most {features.MaxLength}; {Number(features.Vocabulary.Count)} in the vocabulary");
        if (spec.Labels is { } labels) output.Line($"labels    {labels.Count}: {string.Join(", ", labels)}");
        foreach ((string name, double value) in spec.Metrics) output.Line($"{name}  {value.ToString("0.####", CultureInfo.InvariantCulture)}");
        if (spec.Training is { } training)
            output.Line($"trained   by tern {training.Tern}, seed {training.Seed}, {training.Threads} threads, {training.SimdBits}-bit vectors, {training.Gemm} matrix product, {training.Libtorch}");
        return 0;
    }

    static string Kind(ModuleSpec module) => module.GetType().Name.Replace("Spec", "", StringComparison.Ordinal).ToLowerInvariant();

    static string Unit(TextFeatures text) => text.Unit.ToString().ToLowerInvariant();

    static long Parameters(ModuleSpec module) => module.Tensors().Sum(t => t.Value.Aggregate(1L, (product, size) => product * size));

    static string Shapes(ModuleSpec module) =>
        string.Join("  ", module.Tensors().Select(t => $"{t.Key[(module.Name.Length + 1)..]} {string.Join('x', t.Value)}"));

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
