using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Tessera;

/// <summary>
/// The models that a program has. It never changes, and may be shared by all threads. A file never brings a model with it: what is
/// here was put here by the host through a <see cref="ModelRegistryBuilder"/>.
/// </summary>
public sealed class ModelRegistry
{
    private readonly FrozenDictionary<ModelIdentity, TileModel> _byIdentity;
    private readonly FrozenDictionary<string, TileModel> _newestById;

    internal ModelRegistry(ImmutableArray<TileModel> models)
    {
        Models = models;
        _byIdentity = models.ToFrozenDictionary(m => m.Identity);
        _newestById = models.GroupBy(m => m.Identity.Id, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.MaxBy(m => m.Identity.Version)!, StringComparer.Ordinal);
        EncodingModels = [.. models.Where(m => _newestById[m.Identity.Id] == m)];
    }

    /// <summary>A registry without models.</summary>
    public static ModelRegistry Empty { get; } = new([]);

    /// <summary>All models, in the order in which they were registered.</summary>
    public ImmutableArray<TileModel> Models { get; }

    /// <summary>
    /// The models that may code new files, of each id the highest version, in the order in which they were registered, which is the
    /// order of preference.
    /// </summary>
    public ImmutableArray<TileModel> EncodingModels { get; }

    /// <summary>Finds exactly this model, if it is installed.</summary>
    /// <param name="identity">The model that coded something.</param>
    /// <returns>The model, or null.</returns>
    public TileModel? TryFind(ModelIdentity identity) => _byIdentity.GetValueOrDefault(identity);

    /// <summary>Finds exactly the model that decodes what it coded.</summary>
    /// <param name="identity">The model that coded something.</param>
    /// <returns>The model.</returns>
    /// <exception cref="TesseraFormatException">It is not installed; the message names it, and what is installed.</exception>
    public TileModel Find(ModelIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return TryFind(identity)
            ?? throw new TesseraFormatException($"The file needs the model {Describe(identity)}, which is not installed. Installed: {DescribeModels()}.");
    }

    /// <summary>Finds the newest version of a model, to encode with.</summary>
    /// <param name="id">The model's name.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There is no such model; the message says which there are.</exception>
    public TileModel FindForEncoding(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _newestById.GetValueOrDefault(id)
            ?? throw new ArgumentException($"There is no model \"{id}\". Installed: {DescribeModels()}.", nameof(id));
    }

    private static string Describe(ModelIdentity identity) => identity.WeightsHash.IsDefaultOrEmpty
        ? $"{identity.Id} version {identity.Version} (no weights)"
        : $"{identity.Id} version {identity.Version} (weights {Convert.ToHexStringLower(identity.WeightsHash.AsSpan())})";

    private string DescribeModels() => Models.IsEmpty ? "none" : string.Join(", ", Models.Select(m => m.Identity));
}
