using System.Runtime.CompilerServices;
using Tern.Cli.Doctor;
using Tern.Training.Native;

namespace Tern.Cli.Verbs;

/// <summary>`tern doctor`: whether this machine can train, and how fast it may be.</summary>
sealed class DoctorVerb : Verb
{
    public DoctorVerb() : base("doctor", "Looks at processor, libtorch, memory, folders and versions, and says whether this machine can train: exit code 0, or 1 with a problem named.",
        "tern doctor", "tern doctor --json") => AddShared();

    protected override int Run(Arguments arguments, Output output, CancellationToken cancel)
    {
        Finding[] findings =
        [
            Surroundings.Versions(),
            Surroundings.System(),
            Processor.Name(),
            Processor.Threads(),
            Processor.Simd(),
            Processor.Products(),
            Libtorch(arguments.Threads ?? 0),
            Surroundings.Memory(),
            Surroundings.Runs(),
            Surroundings.Cache(),
            Surroundings.Data(),
            Surroundings.Documentation(),
        ];
        string[] problems = [.. findings.Where(finding => finding.State == State.Problem).Select(finding => finding.Name)];
        if (output.Json)
        {
            output.Document(new { CanTrain = problems.Length == 0, Findings = findings });
        }
        else
        {
            foreach (Finding finding in findings) output.Line($"{finding.State.ToString().ToLowerInvariant(),-9}{finding.Name,-12}{finding.Text}");
            output.Line();
            output.Line(problems.Length == 0 ? "This machine can train. Start with: ./tern quickstart" : $"This machine cannot train yet: see {string.Join(" and ", problems)} above.");
        }
        return problems.Length == 0 ? 0 : Errors.Failed;
    }

    static Finding Libtorch(int threads)
    {
        try
        {
            return Load(threads);
        }
        catch (Exception e) when (e is TernException or DllNotFoundException or BadImageFormatException or TypeInitializationException or IOException or EntryPointNotFoundException)
        {
            return Finding.Problem("libtorch", string.Join(' ', (e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message.Split('\n', StringSplitOptions.TrimEntries)));
        }
    }

    // a missing TorchSharp.dll shows when the method that uses it is compiled
    [MethodImpl(MethodImplOptions.NoInlining)]
    static Finding Load(int threads)
    {
        TorchRuntime.Load(new TorchOptions { Threads = threads });
        string tuned = TorchRuntime.Allocator is "tuned" ? "" : "; between steps memory may go back to the system, which costs time";
        return OperatingSystem.IsLinux() && tuned.Length > 0 ? Finding.Note("libtorch", TorchRuntime.Description + tuned) : Finding.Ok("libtorch", TorchRuntime.Description);
    }
}
