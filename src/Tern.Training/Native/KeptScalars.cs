using System.Collections.Concurrent;
using TorchSharp;

namespace Tern.Training.Native;

/// <summary>
/// Numbers for libtorch's functions that outlive the call. TorchSharp makes a <see cref="Scalar"/> of a number and frees
/// it when the collector finds it unused, which may be while native code reads it: "Unknown scalar type", or a wrong
/// number, once in many thousand calls where another thread collects. Each number that is asked for is kept for ever, so
/// only constants and settings are to be asked for. A test asserts that training goes through here.
/// </summary>
static class KeptScalars
{
    static readonly ConcurrentDictionary<double, Scalar> Kept = new();

    /// <summary>For <c>a.add(b, One)</c>: a + b makes a number of its own.</summary>
    public static Scalar One { get; } = Of(1);

    public static Scalar Zero { get; } = Of(0);

    /// <summary>A number as libtorch takes it.</summary>
    public static Scalar Of(double value) => Kept.GetOrAdd(value, number => number);
}
