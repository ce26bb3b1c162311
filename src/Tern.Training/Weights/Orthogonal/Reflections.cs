using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>Products of Householder reflections.</summary>
static class Reflections
{
    /// <summary>
    /// H_1 H_2 ... H_k with H_i = I - 2 v_i v_i^T / |v_i|^2, as I - V^T S^-1 V where S = diag(|v_i|^2 / 2) + the part of V V^T above
    /// its diagonal (Joffrain et al. 2006, "Accumulating Householder transformations, revisited"): one product in place of k.
    /// </summary>
    /// <param name="v">The v_i as rows, [k, units].</param>
    /// <returns>[units, units], orthogonal.</returns>
    public static Tensor Product(Tensor v)
    {
        Tensor gram = v.matmul(v.t());                                               // [k, k]
        Tensor s = gram.triu(1).add(diag(gram.diagonal().mul(KeptScalars.Of(0.5))), KeptScalars.One);
        return eye(v.size(1), dtype: v.dtype, device: v.device) - v.t().matmul(linalg.solve(s, v));
    }
}
