namespace Tern.Model;

/// <summary>A tensor outside libtorch: a shape and its values in row-major order.</summary>
/// <param name="Shape">Sizes, outermost first; empty for a single number.</param>
/// <param name="Values">As many values as the sizes multiply to.</param>
public sealed record TensorData(int[] Shape, float[] Values)
{
    /// <summary>"[3, 128]".</summary>
    internal static string Print(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";
}
