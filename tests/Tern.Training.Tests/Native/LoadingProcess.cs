using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tern.Training.Native;
using TorchSharp;

namespace Tern.Training.Tests.Native;

/// <summary>
/// This program started again, to load libtorch in a process of its own, print one line and end: libraries cannot be
/// unloaded, and what is tested may crash a process.
/// </summary>
static class LoadingProcess
{
    const string Variable = "TERN_TEST_LOAD";

    [ModuleInitializer]
    internal static void RunInstead()
    {
        string? folders = Environment.GetEnvironmentVariable(Variable);
        if (folders is null)
            return;
        try
        {
            if (folders != "")
                TorchLibraries.Load(folders.Split(':'));
            TorchRuntime.Load(new TorchOptions { Threads = 1 });
            using torch.Tensor two = torch.ones(2).sum();
            Console.WriteLine($"{two.item<float>()} {TorchRuntime.Description}");
            Environment.Exit(0);
        }
        catch (TernException e)
        {
            Console.WriteLine(e.Message);
            Environment.Exit(2);
        }
    }

    /// <summary>Starts a process that loads libtorch from <paramref name="folders"/>, or as programs do where empty.</summary>
    public static Process Start(IReadOnlyDictionary<string, string?> environment, string folders = "")
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(LoadingProcess).Assembly.Location);
        start.Environment[Variable] = folders;
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the process; returns its exit code and what it printed.</summary>
    public static (int Code, string Output) Finish(Process process)
    {
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }
}
