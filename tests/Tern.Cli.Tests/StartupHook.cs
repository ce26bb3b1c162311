/// <summary>
/// Loaded by the runtime into a child process of a test (DOTNET_STARTUP_HOOKS): writes the names of the assemblies that
/// the process has loaded when it ends. The runtime looks for this name outside of any namespace.
/// </summary>
static class StartupHook
{
    public const string File = "TERN_TEST_ASSEMBLIES";

    public static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        System.IO.File.WriteAllLines(Environment.GetEnvironmentVariable(File)!, AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name!));
}
