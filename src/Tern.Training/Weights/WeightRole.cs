namespace Tern.Training.Weights;

/// <summary>What a weight multiplies: compressions are set for each kind.</summary>
public enum WeightRole
{
    /// <summary>W, or a factor of it: the input of a recurrent layer.</summary>
    Input,

    /// <summary>U, or a factor of it: the past state.</summary>
    Recurrent,

    /// <summary>The linear head.</summary>
    Head,
}
