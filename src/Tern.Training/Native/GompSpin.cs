using System.Runtime.InteropServices;

namespace Tern.Training.Native;

/// <summary>
/// How long libgomp's threads spin for one another before they sleep. As shipped, about a millisecond: on a machine with
/// other load, where one of them waits for a processor, training on two threads then takes ten times as long. Some
/// microseconds are enough for the short pauses between a layer's parts.
/// </summary>
static unsafe partial class GompSpin
{
    const string Variable = "GOMP_SPINCOUNT";
    const string Count = "10000";

    /// <summary>Sets libgomp's variable, which it reads when it is loaded; what the user has set stays.</summary>
    public static void Limit()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(Variable) is null && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            // .NET keeps an environment of its own, which native code does not see
            _ = SetEnvironment(Variable, Count, 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
