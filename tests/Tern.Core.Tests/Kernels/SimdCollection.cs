using Xunit;

namespace Tern.Core.Tests.Kernels;

/// <summary>Tests that set <see cref="Tern.Kernels.Simd.Bits"/>, which is the whole process's: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SimdCollection
{
    public const string Name = "Simd";
}
