using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Tessera;

/// <summary>Which model coded something: a decoder needs exactly this one.</summary>
/// <param name="Id">The model's name, such as "classic" or "idfpp/photo": lower-case letters, digits, '-' and '/', at most 64.</param>
/// <param name="Version">Counts up whenever the meaning of the coded bytes changes, from 1.</param>
/// <param name="WeightsHash">The SHA-256 of the weights file, 32 bytes; empty for a model without weights.</param>
public sealed record ModelIdentity(string Id, int Version, ImmutableArray<byte> WeightsHash)
{
    /// <summary>The longest <see cref="Id"/>, in characters.</summary>
    public const int MaxIdLength = 64;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-/");

    /// <summary>A model without weights.</summary>
    /// <param name="id">The model's name.</param>
    /// <param name="version">The version, from 1.</param>
    public ModelIdentity(string id, int version)
        : this(id, version, [])
    {
    }

    /// <summary>Compares all three parts.</summary>
    /// <param name="other">The other identity.</param>
    /// <returns>Whether both are equal.</returns>
    public bool Equals(ModelIdentity? other) =>
        other is not null && Id == other.Id && Version == other.Version && WeightsHash.AsSpan().SequenceEqual(other.WeightsHash.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Version);

    /// <summary>Checks the form of all three parts.</summary>
    /// <exception cref="ArgumentException">A part has not the form that it must have.</exception>
    public void Validate()
    {
        if (Id is null || Id.Length is 0 or > MaxIdLength || Id.AsSpan().ContainsAnyExcept(IdCharacters))
            throw new ArgumentException($"A model's id is 1 to {MaxIdLength} lower-case letters, digits, '-' and '/', not \"{Id}\".");
        if (Version < 1)
            throw new ArgumentException($"The version of model \"{Id}\" is 1 or higher, not {Version}.");
        if (!WeightsHash.IsDefaultOrEmpty && WeightsHash.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"The weights hash of model \"{Id}\" has {SHA256.HashSizeInBytes} bytes or none, not {WeightsHash.Length}.");
    }

    /// <summary>Writes the identity as in "idfpp/photo version 2 (weights 0a1b2c3d...)".</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        WeightsHash.IsDefaultOrEmpty ? $"{Id} version {Version}" : $"{Id} version {Version} (weights {Convert.ToHexStringLower(WeightsHash.AsSpan())[..16]}...)";
}

/// <summary>How a model wants an image cut.</summary>
/// <param name="TileSize">The side of a tile in pixels.</param>
/// <param name="BandRows">Rows of tiles in a band.</param>
public readonly record struct Tiling(int TileSize, int BandRows);

/// <summary>
/// A model that codes tiles. Instances are shared by all threads and hold what does not change (tables, weights); the work is done
/// by encoders and decoders, of which each thread has its own.
/// </summary>
public abstract class TileModel
{
    /// <summary>Which model this is.</summary>
    public abstract ModelIdentity Identity { get; }

    /// <summary>
    /// Whether <see cref="SegmentEncoder.Encode"/> needs bits from a supply (bits-back coding), so that a segment must begin with
    /// tiles of another model: the starter. The encoder looks for the fewest that suffice, by trying. Such a model's encoder and decoder
    /// are best derived from <see cref="BitsBackEncoder"/> and <see cref="BitsBackDecoder"/>.
    /// </summary>
    public virtual bool NeedsSupply => false;

    /// <summary>
    /// The lowest effort at which an encoder that was told of no model tries this one beside the first that supports the image. Higher than
    /// the encoder's own for a model that seldom wins for what it costs.
    /// </summary>
    public virtual int SearchEffort => TesseraEncoderOptions.TryAllEffort;

    /// <summary>
    /// The lowest effort at which an encoder that was told of no model considers this one. Higher than the lowest for a model that is slow.
    /// </summary>
    public virtual int LowestEffort => TesseraEncoderOptions.MinEffort;

    /// <summary>
    /// The highest effort at which an encoder that was told of no model prefers this one. Lower than the highest for a model that is fast: up to there
    /// it comes before all others, above it after them, and is not tried beside them.
    /// </summary>
    public virtual int HighestEffort => TesseraEncoderOptions.MaxEffort;

    /// <summary>
    /// Whether the model is made for some kinds of pictures only, so that <see cref="Judge"/> is worth asking.
    /// </summary>
    public virtual bool IsSpecialized => false;

    /// <summary>Whether the model can code such samples.</summary>
    /// <param name="format">What a pixel is made of.</param>
    /// <returns>Whether it can.</returns>
    public abstract bool Supports(SampleFormat format);

    /// <summary>
    /// How well some tiles fit the kind that the model is made for, at a glance. Encoders that do not try all models ask this; a wrong answer costs
    /// size or time, nothing else.
    /// </summary>
    /// <param name="tiles">The tiles, of a format that the model supports.</param>
    /// <returns>How well.</returns>
    public virtual Suitability Judge(TileRun tiles) => Suitability.Good;

    /// <summary>How an image is best cut for this model.</summary>
    /// <param name="image">The image.</param>
    /// <param name="effort">1 (fastest) to 9 (smallest).</param>
    /// <returns>Tile size and band height.</returns>
    public abstract Tiling PlanTiling(ImageInfo image, int effort);

    /// <summary>Cuts a band into segments. It sees the samples, and may cut drawings and photographs differently.</summary>
    /// <param name="band">All tiles of the band.</param>
    /// <param name="columns">Tiles in a row of tiles.</param>
    /// <param name="effort">1 (fastest) to 9 (smallest).</param>
    /// <returns>The tile counts of the segments, in order; each at least 1, their sum the band's tiles.</returns>
    public abstract IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort);

    /// <summary>Creates an encoder for one thread.</summary>
    /// <param name="effort">1 (fastest) to 9 (smallest).</param>
    /// <returns>The encoder.</returns>
    public abstract SegmentEncoder CreateEncoder(int effort);

    /// <summary>Creates a decoder for one thread.</summary>
    /// <returns>The decoder.</returns>
    public abstract SegmentDecoder CreateDecoder();
}

/// <summary>Codes runs of tiles, one after another, each on its own. Not thread-safe; reused for many runs.</summary>
public abstract class SegmentEncoder : IDisposable
{
    /// <summary>Codes a run of tiles.</summary>
    /// <param name="tiles">The tiles. Their samples are only read.</param>
    /// <param name="supply">
    /// What was coded before in the same segment: the bits that a bits-back model pops, and pushes back into its own output. It is
    /// empty for the first run, and for every model that needs none.
    /// </param>
    /// <param name="payload">Where the coded bytes go: these tiles and the whole of the supply.</param>
    /// <exception cref="SupplyExhaustedException">
    /// The supply has too few bits. What was written is void; the encoder can be used again.
    /// </exception>
    public abstract void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload);

    /// <summary>Gives back what the encoder holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the encoder holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Decodes runs of tiles, one after another, each on its own. Not thread-safe; reused for many runs.</summary>
public abstract class SegmentDecoder : IDisposable
{
    /// <summary>Decodes a run of tiles.</summary>
    /// <param name="payload">What the encoder wrote.</param>
    /// <param name="tiles">Where the samples go: every one of them is written.</param>
    /// <param name="supply">Takes the supply that the encoder was given; nothing is written for a model that needs none.</param>
    /// <exception cref="TesseraFormatException">The payload is not one that the encoder writes.</exception>
    public abstract void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply);

    /// <summary>Gives back what the decoder holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the decoder holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A bits-back encoder popped more bits than its supply holds: more tiles must be coded by the starter model.</summary>
public sealed class SupplyExhaustedException : Exception
{
    /// <summary>Creates an exception with the usual message.</summary>
    public SupplyExhaustedException()
        : base("The supply of bits is exhausted; more starter tiles are needed.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong.</param>
    public SupplyExhaustedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public SupplyExhaustedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
