using System.CommandLine;

namespace Tern.Cli.Verbs;

sealed class InfoVerb : Verb
{
    readonly Argument<string> model = new("model") { HelpName = "MODEL", Description = "A model file (.safetensors)." };

    public InfoVerb() : base("info", "Shows what a model file holds.", "tern info runs/quickstart/sru.safetensors")
    {
        Add(model);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        output.Line(arguments.Get(model));
        return 0;
    }
}
