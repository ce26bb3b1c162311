using System.CommandLine;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench`: the measurements.</summary>
sealed class BenchVerbs : Command
{
    public BenchVerbs() : base("bench", "Measures speed on this machine: cells in training, steps in streaming; and of exports in simulators of microcontrollers.") 
    {
        Add(new BenchCellsVerb());
        Add(new BenchStepVerb());
        Add(new BenchMcuVerb());
    }
}
