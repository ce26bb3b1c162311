using static TorchSharp.torch;

namespace Tern.Training.Layers;

/// <summary>Which steps of a batch are real. On a padded step the state is carried and the output is 0.</summary>
public sealed class SequencePadding
{
    SequencePadding(byte[] active, int time, int batch) => (Active, Time, Batch) = (active, time, batch);

    internal byte[] Active { get; }   // [time, batch]

    /// <summary>Steps.</summary>
    public int Time { get; }

    /// <summary>Sequences.</summary>
    public int Batch { get; }

    /// <summary>Of the lengths of a batch padded to <paramref name="time"/> steps; null where nothing is padded.</summary>
    /// <exception cref="TernException">A length is below 1 or above the number of steps.</exception>
    public static SequencePadding? Of(int[]? lengths, int time)
    {
        if (lengths is null || Array.TrueForAll(lengths, n => n == time)) return null;
        var active = new byte[time * lengths.Length];
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 1 || lengths[b] > time) throw new TernException($"Sequence {b} has length {lengths[b]}; a batch of {time} steps takes 1 to {time}.");
            for (int t = 0; t < lengths[b]; t++) active[t * lengths.Length + b] = 1;
        }
        return new(active, time, lengths.Length);
    }

    /// <summary>Of any pattern: true is a step, false is padding, [time, batch].</summary>
    public static SequencePadding Of(bool[,] active)
    {
        var flat = new byte[active.Length];
        int i = 0;
        foreach (bool step in active) flat[i++] = step ? (byte)1 : (byte)0;
        return new(flat, active.GetLength(0), active.GetLength(1));
    }

    /// <summary>As a tensor of 0 and 1, [time, batch, 1], in the type and on the device of another.</summary>
    internal Tensor ToTensor(Tensor like) => tensor(Active, [Time, Batch, 1], ScalarType.Byte).to(like.dtype).to(like.device);
}
