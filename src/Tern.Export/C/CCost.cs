namespace Tern.Export.C;

/// <summary>What an export takes, predicted without a compiler (docs/export-c.md has the error that was found).</summary>
/// <param name="FlashBytes">Bytes of the model's code and tables, without start-up code and self-test.</param>
/// <param name="RamBytes">Bytes of the caller's state, work space included, and of static data (there is none); not of the stack.</param>
/// <param name="StackBytes">Bytes of stack that step, output and classify may take.</param>
/// <param name="Cycles">Cycles of a step without wait states; 0 where they are not predicted (portable, raspberry-pi).</param>
public readonly record struct CCost(int FlashBytes, int RamBytes, int StackBytes, long Cycles);
