using Tern.Kernels;

namespace Tern.Model;

/// <summary>The buffers of one run at a time: an output for each module, and scratch that they share. They grow and stay.</summary>
sealed unsafe class Workspace(Network network)
{
    readonly AlignedBuffer<float>[] outputs = [.. network.Modules.Select(_ => new AlignedBuffer<float>(0))];
    AlignedBuffer<float> scratch = new(0);

    /// <summary>Makes room for a run of some steps of some streams.</summary>
    public void Reserve(int time, int batch)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Grow(ref outputs[i], (long)time * batch * network.Modules[i].Width);
            Grow(ref scratch, network.Modules[i].ScratchFloats(time, batch));
        }
    }

    /// <summary>Runs all modules; returns the output, [time, batch, columns] or [batch, columns].</summary>
    /// <param name="input">Time, batch, padding, and the model's input as tokens or X.</param>
    /// <param name="state">Carried on.</param>
    public float* Run(ModuleArgs input, SessionState state)
    {
        float* features = input.X;
        for (int i = 0; i < outputs.Length; i++)
        {
            int from = network.Inputs[i];
            input.X = from == Network.ModelInput ? features : outputs[from].Pointer;
            input.Y = outputs[i].Pointer;
            input.Scratch = scratch.Pointer;
            input.State = state.Of(i);
            network.Modules[i].Run(input);
        }
        return outputs[network.OutputIndex].Pointer;
    }

    static void Grow(ref AlignedBuffer<float> buffer, long length)
    {
        if (buffer.Length < length)
            buffer = new(length);
    }
}
