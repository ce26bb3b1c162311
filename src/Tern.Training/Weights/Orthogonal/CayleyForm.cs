using Tern.Training.Native;
using static TorchSharp.torch;

namespace Tern.Training.Weights.Orthogonal;

/// <summary>
/// The scaled Cayley transform (Helfrich, Willmott, Ye 2018, "Orthogonal Recurrent Neural Networks with Scaled Cayley Transform",
/// eq. 3; scoRNN): U = (I + A)^-1 (I - A) D, A skew-symmetric, D diagonal of ones and minus ones that stay as they are. Half
/// of them are minus ones, as in the authors' copying and adding problems.
/// </summary>
sealed class CayleyForm : OrthogonalForm
{
    readonly int[] entry;       // of A, row by row: which trained number it is,
    readonly float[] sign;      // and times what: above the diagonal 1, below it -1, on it 0

    /// <param name="units">Units of the layer.</param>
    public CayleyForm(int units) : base(units)
    {
        (entry, sign) = (new int[units * units], new float[units * units]);
        int next = 0;
        for (int i = 0; i < units; i++)
            for (int j = i + 1; j < units; j++, next++)
            {
                (entry[i * units + j], sign[i * units + j]) = (next, 1);
                (entry[j * units + i], sign[j * units + i]) = (next, -1);
            }
    }

    /// <summary>For the units (units - 1) / 2 numbers above A's diagonal, row by row; of an even number of units the last half row is not used.</summary>
    public override int Rows => Math.Max(1, Units / 2);

    /// <summary>
    /// The authors', after Henaff et al. 2016: pairs of units turn by t, uniform from 0 to pi / 2; A is 0 but for
    /// sqrt((1 - cos t) / (1 + cos t)) in each pair's place.
    /// </summary>
    public override Tensor Initial()
    {
        Tensor t = rand(Math.Max(1, Units / 2)).mul(KeptScalars.Of(Math.PI / 2));
        float[] pairs = t.mul(KeptScalars.Of(0.5)).tan().data<float>().ToArray(), values = new float[Rows * Units];
        for (int pair = 0; pair < Units / 2; pair++)
            values[entry[2 * pair * Units + 2 * pair + 1]] = pairs[pair];
        return tensor(values).view(Rows, Units);
    }

    /// <inheritdoc/>
    public override Tensor Block(Tensor trained)
    {
        Tensor a = (trained.flatten().index_select(0, tensor(entry, ScalarType.Int64)) * tensor(sign, trained.dtype)).view(Units, Units);
        Tensor one = eye(Units, dtype: trained.dtype), d = ones(Units, dtype: trained.dtype);
        d.narrow(0, 0, Units / 2).fill_(KeptScalars.Of(-1));
        return linalg.solve(one.add(a, KeptScalars.One), one - a) * d;                                   // D scales the columns
    }
}
