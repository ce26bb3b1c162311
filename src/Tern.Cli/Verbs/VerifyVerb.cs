using System.CommandLine;
using Tern.Training.Native;
using Tern.Training.Verification;

namespace Tern.Cli.Verbs;

/// <summary>`tern verify FILE...`: checks the cells against cases that another implementation made.</summary>
sealed class VerifyVerb : Verb
{
    readonly Argument<string[]> files = new("file") { HelpName = "FILE", Description = "Reference cases (JSON; docs/reference-cases.md).", Arity = ArgumentArity.OneOrMore };

    public VerifyVerb() : base("verify", "Checks cells against reference cases: results and gradients of fused kernels and tensor form, results of the session.",
        "tern verify golden/sru_plain_v1.json golden/sru_variants.json")
    {
        Add(files);
        AddShared();
    }

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        TorchRuntime.Load(new TorchOptions { Threads = arguments.Threads ?? 0 });
        var results = new List<ReferenceResult>();
        foreach (string file in arguments.Get(files))
        {
            foreach (var result in ReferenceFile.Check(file))
            {
                cancel.ThrowIfCancellationRequested();
                results.Add(result);
                output.Note($"{(result.Passed ? "ok    " : "FAILED")} {result.Error:0.0e+00}  {Path.GetFileName(result.File)}  {result.Case}");
            }
        }
        int failed = results.Count(r => !r.Passed);
        if (output.Json) output.Document(results.Select(r => new { r.File, r.Case, r.Error, r.Passed }));
        else output.Line($"{results.Count - failed} of {results.Count} cases within {ReferenceResult.Tolerance:0e+00}; largest error {results.Select(r => r.Error).DefaultIfEmpty().Max():0.0e+00}");
        return failed == 0 ? 0 : 1;
    }
}
