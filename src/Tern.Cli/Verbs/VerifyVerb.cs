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
                output.Note(result.Error is { } error
                    ? $"{(result.Passed ? "ok    " : "FAILED")} {error:0.0e+00}  {Path.GetFileName(result.File)}  {result.Case}"
                    : $"not checked     {Path.GetFileName(result.File)}  {result.Case}: of a kind that this version does not handle yet");
            }
        }
        int passed = results.Count(r => r.Passed), unknown = results.Count(r => r.Error is null), known = results.Count - unknown;
        if (known == 0)
            throw new TernException($"Nothing was checked: {(unknown == 0 ? "there is no case" : $"all {unknown} cases are of kinds that this version does not know")} in {string.Join(", ", arguments.Get(files))}; known kinds: {ReferenceFile.Kinds}.");
        // JSON has no NaN.
        if (output.Json) output.Document(results.Select(r => new { r.File, r.Case, Error = r.Error is { } e && double.IsFinite(e) ? r.Error : null, Checked = r.Error is not null, r.Passed }));
        else output.Line($"{passed} of {known} cases within {ReferenceResult.Tolerance:0e+00}; largest error {results.Max(r => r.Error) ?? 0:0.0e+00}{(unknown > 0 ? $"; {unknown} more not checked, of kinds that this version does not handle yet" : "")}");
        return passed == known ? 0 : 1;
    }
}
