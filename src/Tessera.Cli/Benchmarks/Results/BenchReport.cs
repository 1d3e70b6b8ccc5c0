using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>All that a run measured. Names and meanings stay as they are within a version; more may be added.</summary>
/// <param name="Bench">The version of this document: <see cref="CurrentVersion"/>.</param>
/// <param name="Tessera">The version of the program.</param>
/// <param name="Created">When the run began, in UTC.</param>
/// <param name="Repeats">How often each command ran; the shortest times count.</param>
/// <param name="Machine">What was measured on.</param>
/// <param name="Codecs">The codecs, those that were not measured included.</param>
/// <param name="Totals">Each measured codec on all pictures, the smallest first.</param>
/// <param name="Pictures">The pictures.</param>
internal sealed record BenchReport(
    int Bench,
    string Tessera,
    DateTime Created,
    int Repeats,
    MachineReport Machine,
    ImmutableArray<CodecReport> Codecs,
    ImmutableArray<CodecTotals> Totals,
    ImmutableArray<PictureReport> Pictures)
{
    /// <summary>The version that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The codecs that were measured.</summary>
    [JsonIgnore]
    public IEnumerable<CodecReport> Measured => Codecs.Where(c => c.State == CodecState.Measured);

    /// <summary>The Tessera that others are held against: as it is without options, or else the first one.</summary>
    public CodecReport Reference => Measured.FirstOrDefault(c => c.IsDefault) ?? Measured.First(c => c.IsTessera);

    /// <summary>A codec by its name.</summary>
    public CodecReport Codec(string name) => Codecs.First(c => c.Name == name);

    /// <summary>A codec's totals.</summary>
    public CodecTotals TotalsOf(CodecReport codec) => Totals.First(t => t.Codec == codec.Name);

    /// <summary>The rival that made the smallest lossless file of a picture; null if none did.</summary>
    public Measurement? BestRival(PictureReport picture) => picture.Results
        .Where(r => r.Outcome == Outcome.Lossless && !Codec(r.Codec).IsTessera)
        .MinBy(r => r.Bytes);
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJsonContext : JsonSerializerContext;
