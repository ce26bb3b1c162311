namespace Tern.Training.Sweeps;

/// <summary>The integer form of a run's model.</summary>
/// <param name="Accuracy">On the test part, 0 to 1.</param>
/// <param name="Costs">What it takes, a processor each.</param>
public sealed record IntegerForm(double Accuracy, IReadOnlyList<IntegerCost> Costs);

/// <summary>What an integer form takes on a processor, as predicted without a compiler.</summary>
/// <param name="Target">The processor, for example atmega328p.</param>
/// <param name="FlashBytes">Bytes of code and tables.</param>
/// <param name="RamBytes">Bytes of state, work space and stack.</param>
/// <param name="Milliseconds">Of a step; 0 where the processor's cycles are not known.</param>
public sealed record IntegerCost(string Target, long FlashBytes, long RamBytes, double Milliseconds);
