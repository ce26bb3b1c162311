using System.Numerics;

namespace Tern.Training.Optimizers;

/// <summary>
/// An optimizer's rule in one step, for some lanes of a parameter and of the moments that belong to it. A new rule is one
/// small struct; <see cref="Sweep"/> drives it over memory.
/// </summary>
interface IUpdate
{
    /// <summary>Whether the rule keeps a second moment; the first it always keeps.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>The moved values; renews the moments.</summary>
    /// <param name="value">Parameters.</param>
    /// <param name="gradient">Their gradients, clipped and with coupled weight decay.</param>
    /// <param name="first">First moment.</param>
    /// <param name="second">Second moment; of no meaning where there is none.</param>
    Vector<float> Move(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second);
}
