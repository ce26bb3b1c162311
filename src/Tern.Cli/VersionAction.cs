using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Tern.Cli;

/// <summary>`tern --version`.</summary>
sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>As in Directory.Build.props, without the commit.</summary>
    public static string Version { get; } =
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"tern {Version}");
        return 0;
    }
}
