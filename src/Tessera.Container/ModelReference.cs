using System.Buffers;
using System.Collections.Immutable;

namespace Tessera.Container;

/// <summary>An entry of the model table: which model, and which weights, some of the tiles need.</summary>
/// <param name="Id">The model's name: lower-case ASCII letters, digits, '-' and '/', 1 to 64.</param>
/// <param name="Version">The model's version, at least 1.</param>
/// <param name="WeightsHash">The SHA-256 of its weights, 32 bytes; empty for a model without weights.</param>
public sealed record ModelReference(string Id, int Version, ImmutableArray<byte> WeightsHash)
{
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-/");

    /// <summary>Names a model without weights.</summary>
    /// <param name="id">The model's name.</param>
    /// <param name="version">The model's version.</param>
    public ModelReference(string id, int version)
        : this(id, version, [])
    {
    }

    /// <summary>Compares all three parts.</summary>
    /// <param name="other">The other reference.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(ModelReference? other) =>
        other is not null && Id == other.Id && Version == other.Version && WeightsHash.AsSpan().SequenceEqual(other.WeightsHash.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);

    /// <summary>Writes the reference as in "idfpp/photo version 2, weights 0a1b...".</summary>
    /// <returns>The text.</returns>
    public override string ToString() => WeightsHash.IsDefaultOrEmpty
        ? $"{Id} version {Version}"
        : $"{Id} version {Version}, weights {Convert.ToHexStringLower(WeightsHash.AsSpan())}";

    internal string? FindFault()
    {
        if (Id is not { Length: > 0 and <= ContainerFormat.MaxModelIdLength } || Id.AsSpan().ContainsAnyExcept(IdCharacters))
            return $"A model's name is 1 to {ContainerFormat.MaxModelIdLength} lower-case letters, digits, '-' and '/', not \"{Id}\"";
        if (Version < 1)
            return $"The version of model {Id} is {Version}; it must be at least 1";
        if (!WeightsHash.IsDefaultOrEmpty && WeightsHash.Length != ContainerFormat.WeightsHashLength)
            return $"The weights hash of model {Id} has {WeightsHash.Length} bytes, not {ContainerFormat.WeightsHashLength}";
        return null;
    }
}
