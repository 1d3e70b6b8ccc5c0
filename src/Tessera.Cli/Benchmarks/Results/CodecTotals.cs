using System.Collections.Immutable;

namespace Tessera.Cli.Benchmarks.Results;

/// <summary>A codec on all pictures. Sizes and times are of those that came back with every sample, and of no others.</summary>
/// <param name="Codec">The codec's name.</param>
/// <param name="Lossless">Pictures that came back with every sample.</param>
/// <param name="Lossy">Pictures that came back as others.</param>
/// <param name="Failed">Pictures on which a program failed.</param>
/// <param name="Unsupported">Pictures that the codec does not take.</param>
/// <param name="Smallest">Lossless pictures of which no codec made a smaller file.</param>
/// <param name="Bytes">Bytes of the lossless files.</param>
/// <param name="BitsPerSubpixel">Bits of them per sample; null if there are none.</param>
/// <param name="Encode">What encoding took: sums of times, the highest memory.</param>
/// <param name="Decode">What decoding took; null where nothing was decoded.</param>
internal sealed record CodecTotals(
    string Codec, int Lossless, int Lossy, int Failed, int Unsupported, int Smallest, long Bytes, double? BitsPerSubpixel, Cost? Encode, Cost? Decode)
{
    /// <summary>Whether all pictures came back with every sample, so that sizes can be compared.</summary>
    public bool IsComplete => Lossless > 0 && Lossy + Failed + Unsupported == 0;

    /// <summary>Sums up: complete codecs first, each kind from the smallest to the largest.</summary>
    /// <param name="codecs">The names of the codecs that were measured.</param>
    /// <param name="pictures">The pictures.</param>
    public static ImmutableArray<CodecTotals> Sum(IEnumerable<string> codecs, IReadOnlyCollection<PictureReport> pictures) =>
    [
        .. codecs.Select(codec => Sum(codec, pictures))
            .OrderByDescending(t => t.IsComplete)
            .ThenBy(t => t.BitsPerSubpixel ?? double.PositiveInfinity),
    ];

    private static CodecTotals Sum(string codec, IReadOnlyCollection<PictureReport> pictures)
    {
        var all = pictures.Select(p => (Picture: p, Result: p.Of(codec))).Where(x => x.Result is not null).Select(x => (x.Picture, Result: x.Result!)).ToList();
        var whole = all.Where(x => x.Result.Outcome == Outcome.Lossless).ToList();
        long samples = whole.Sum(x => x.Picture.Samples), pixels = whole.Sum(x => x.Picture.Pixels), bytes = whole.Sum(x => x.Result.Bytes ?? 0);
        return new(
            codec,
            whole.Count,
            all.Count(x => x.Result.Outcome == Outcome.Lossy),
            all.Count(x => x.Result.Outcome == Outcome.Failed),
            all.Count(x => x.Result.Outcome == Outcome.Unsupported),
            whole.Count(x => x.Result.Bytes == SmallestOf(x.Picture)),
            bytes,
            samples == 0 ? null : bytes * 8.0 / samples,
            Sum(whole.Select(x => x.Result.Encode), pixels),
            Sum(whole.Select(x => x.Result.Decode), pixels));
    }

    private static long? SmallestOf(PictureReport picture) => picture.Results.Where(r => r.Outcome == Outcome.Lossless).Min(r => r.Bytes);

    private static Cost? Sum(IEnumerable<Cost?> costs, long pixels)
    {
        List<Cost> known = [.. costs.OfType<Cost>()];
        if (known.Count == 0)
            return null;
        double wall = known.Sum(c => c.WallSeconds);
        double? processor = known.All(c => c.ProcessorSeconds is not null) ? known.Sum(c => c.ProcessorSeconds) : null;
        return new(wall, processor, known.Max(c => c.PeakBytes), pixels / wall / 1e6);
    }
}
