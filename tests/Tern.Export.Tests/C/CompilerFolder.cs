using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tern.Export.C;
using Xunit;

namespace Tern.Export.Tests.C;

/// <summary>A temporary folder with C files, and the compiler.</summary>
sealed class CompilerFolder : IDisposable
{
    static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

    public string Path { get; } = Directory.CreateTempSubdirectory("tern-c-").FullName;

    public void Write(IEnumerable<CFile> files)
    {
        foreach (CFile file in files) file.Write(Path);
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Compiles with every warning an error; skips the test where there is no such compiler.</summary>
    public void Compile(string compiler, string output, IEnumerable<string> files, params string[] flags)
    {
        Require(compiler);
        (int code, string said) = Run(compiler, [.. Strict, .. flags, "-o", At(output), .. files.Select(At), "-lm"]);
        Assert.True(code == 0, said);
    }

    /// <summary>
    /// Runs the self-tests of exports that lie in the folder, under sanitizers. All of them are one file to the compiler, which
    /// starts once, and are not optimised: that takes a third of the time, and no undefined step is optimised away unseen.
    /// </summary>
    /// <param name="names">The exports.</param>
    public void CheckAll(IReadOnlyList<string> names)
    {
        StringBuilder main = new("#include <stdint.h>\n#include <stdio.h>\n"), body = new("int main(void)\n{\n    int failed = 0, at;\n");
        foreach (string name in names)
        {
            // each has a state of its own
            main.Append(CultureInfo.InvariantCulture, $"#undef state\n#define state {name}_state_of_test\n#include \"{name}.c\"\n#include \"{name}_selftest.c\"\n");
            body.Append(CultureInfo.InvariantCulture, $"    if ((at = {name}_selftest()) != 0) {{ printf(\"{name} step %d\\n\", at); failed = 1; }}\n");
        }
        File.WriteAllText(At("all.c"), main.Append(body).Append("    return failed;\n}\n").ToString());
        Compile("gcc", "all", ["all.c"], "-O0", "-fsanitize=undefined,address", "-fno-sanitize-recover=all");
        (int code, string said) = Run(At("all"));
        Assert.True(code == 0, said);
    }

    /// <summary>Skips the test where a program lacks.</summary>
    public static void Require(string program)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator).Any(folder => File.Exists(System.IO.Path.Combine(folder, program)));
        Assert.SkipUnless(found, $"There is no {program} here{(program == "clang" ? "." : "; ./test --install installs it.")}");
    }

    /// <summary>Runs a program; exit code, and all that it printed.</summary>
    public (int Code, string Said) Run(string program, params string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
