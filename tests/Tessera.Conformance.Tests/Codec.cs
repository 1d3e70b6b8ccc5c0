namespace Tessera.Conformance.Tests;

/// <summary>What all tests decode and encode with.</summary>
internal static class Codec
{
    /// <summary>Every model of this repository.</summary>
    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
}
