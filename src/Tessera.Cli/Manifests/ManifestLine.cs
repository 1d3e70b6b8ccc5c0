using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Tessera.Cli.Manifests;

/// <summary>What is known of a file's work.</summary>
internal enum ManifestState
{
    /// <summary>It was begun. If nothing follows, it was cut off: what stands in the output's place is to be replaced.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>The output stands in its place, complete.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It could not be done.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>The first line of a manifest: what all its files have in common. A run goes on only with the same.</summary>
/// <param name="Manifest">The version of these lines: <see cref="CurrentVersion"/>.</param>
/// <param name="Models">The ids of the models that were asked for; none where the program chooses.</param>
/// <param name="Effort">The effort.</param>
internal sealed record ManifestHead(int Manifest, ImmutableArray<string> Models, int Effort)
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The side of a tile; null for what suits the model.</summary>
    public int? Tile { get; init; }

    /// <summary>The part of the files, as <c>I/N</c>; null for all.</summary>
    public string? Shard { get; init; }

    /// <summary>Compares all fields.</summary>
    public bool Equals(ManifestHead? other) =>
        other is not null && (Manifest, Shard, Effort, Tile) == (other.Manifest, other.Shard, other.Effort, other.Tile)
        && Models.AsSpan().SequenceEqual(other.Models.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Manifest, Shard, Effort, Tile);
}

/// <summary>A line on a file; the last one on it counts.</summary>
/// <param name="State">What is known.</param>
/// <param name="Path">The file, relative to the manifest's folder, with '/' between the parts.</param>
internal sealed record ManifestEntry(ManifestState State, string Path)
{
    /// <summary>Bytes of the file.</summary>
    public long? Bytes { get; init; }

    /// <summary>When the file was last written to, in UTC.</summary>
    public DateTime? Modified { get; init; }

    /// <summary>Its SHA-256, in lower-case hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What is written, relative like <see cref="Path"/>; null where nothing was begun.</summary>
    public string? Output { get; init; }

    /// <summary>Bytes of the output.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>The output's SHA-256.</summary>
    public string? OutputSha256 { get; init; }

    /// <summary>The models that coded it.</summary>
    public ImmutableArray<ManifestModel>? Models { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>A model that coded a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
internal sealed record ManifestModel(string Id, int Version)
{
    /// <summary>The SHA-256 of its weights; null if it has none.</summary>
    public string? Weights { get; init; }

    public static ManifestModel Of(ModelIdentity model) =>
        new(model.Id, model.Version) { Weights = model.WeightsHash.IsDefaultOrEmpty ? null : Convert.ToHexStringLower(model.WeightsHash.AsSpan()) };
}

/// <summary>Reads and writes lines without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ManifestHead))]
[JsonSerializable(typeof(ManifestEntry))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
