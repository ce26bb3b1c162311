using Tern.FixedPoint;

namespace Tern.Export.C.Costs;

/// <summary>Whether an export fits in the memory that is given.</summary>
static class CBudget
{
    /// <summary>Stack of the calls of step and classify, without classify's scores and a mean: what the simulators measure, and some more.</summary>
    const int AvrStack = 80, ArmStack = 160;

    /// <summary>Bytes that step, output and classify may take of the stack.</summary>
    public static int Stack(CModel model) => (model.IsAvr ? AvrStack : ArmStack) + 4 * model.Network.OutputWidth + 2 * (model.Network.Pooling?.To.Length ?? 0);

    /// <summary>Checks flash and RAM.</summary>
    /// <exception cref="TernException">The model does not fit; the message says what it needs.</exception>
    public static void Check(CModel model)
    {
        int stack = Stack(model), ram = model.StateBytes + stack;
        if (ram > model.Options.RamBytes)
            throw new TernException($"The model needs {ram} bytes of RAM on {model.Options.Target.Name()}, {model.StateBytes} of state and {stack} of stack; --ram gives {model.Options.RamBytes}. Train one of fewer units or inputs, or give more.");
        // a choice within the budget is there unless loops alone exceed it
        int flash = CostModel.Of(model).FlashBytes;
        if (flash > model.Options.FlashBytes)
            throw new TernException($"The model needs {flash} bytes of flash on {model.Options.Target.Name()} at least, of which {model.Network.TableBytes} are tables; --flash gives {model.Options.FlashBytes}. Compress it (tern compress --keep-w, --rank-u, --bits 8), or give more.");
    }
}
