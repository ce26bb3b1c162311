namespace Tern.Cells;

/// <summary>
/// Whether an LSTM has a highway (Srivastava et al. 2015), "LSTM with highway" in Table 6 of the SRU paper (Lei et al., ICLR
/// 2018 submission): h = r (o tanh c) + (1 - r) x', r = sigma(W_r x + U_r h_prev + b_r). The h that it hands on is this one.
/// The paper says no more than that highway connections were added; r, x' and what the variational mask multiplies are the SRU's.
/// </summary>
public interface ILstmHighway
{
    /// <summary>True where it has.</summary>
    static abstract bool Present { get; }
}

/// <summary>h = o tanh c.</summary>
public readonly struct NoLstmHighway : ILstmHighway
{
    /// <inheritdoc/>
    public static bool Present => false;
}

/// <summary>h = r (o tanh c) + (1 - r) x'.</summary>
public readonly struct LstmHighway : ILstmHighway
{
    /// <inheritdoc/>
    public static bool Present => true;
}
