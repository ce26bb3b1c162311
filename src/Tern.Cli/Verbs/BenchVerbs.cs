using System.CommandLine;

namespace Tern.Cli.Verbs;

/// <summary>`tern bench`: the measurements.</summary>
sealed class BenchVerbs : Command
{
    public BenchVerbs() : base("bench", "Measures speed on this machine: cells in training, steps in streaming, products with compressed weights, exports in simulators of microcontrollers; and how gradients pass through a sequence.")
    {
        Add(new BenchCellsVerb());
        Add(new BenchStepVerb());
        Add(new BenchProductsVerb());
        Add(new BenchGradientVerb());
        Add(new BenchMcuVerb());
    }
}
