using System.Buffers;
using Tessera.Entropy;

namespace Tessera.Models.Classic;

/// <summary>Codes segments by the classic model: plans, codes, and falls back to the samples as they are where that is smaller.</summary>
internal sealed class ClassicEncoder(int effort) : SegmentEncoder
{
    // Shares of pixels that equal a neighbour, in 1/256: from the first on a segment may be a drawing, from the second on it is one.
    private const int MayBeDrawn = 48;
    private const int IsDrawn = 200;

    // Segments of so few pixels are coded in every way, as that takes no time.
    private const int FewPixels = 1 << 15;

    // A gradient by formula has so few differences at the most, and a quarter as many as colors.
    private const int FewSteps = 32;

    private readonly AdaptiveAnsEncoder _ans = new();
    private readonly SegmentCodec _codec = new();
    private readonly CostRace _race = new();

    // The smallest payload so far, and the latest.
    private ArrayBufferWriter<byte> _best = new(1 << 12), _coded = new(1 << 12);

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        _best.ResetWrittenCount();
        foreach (Attempt attempt in Attempts(tiles))
        {
            if (!SegmentPlan.IsWithinLimits(attempt.Plan.Mode, tiles))
                continue;
            if (Code(tiles, attempt) && (_best.WrittenCount == 0 || _coded.WrittenCount < _best.WrittenCount))
                (_best, _coded) = (_coded, _best);
        }

        if (_best.WrittenCount == 0 || _best.WrittenCount > RawSamples.Size(tiles))
        {
            payload.Write([new SegmentPlan(PixelMode.Raw, ColorTransform.None).ToByte()]);
            RawSamples.Write(tiles, payload);
        }
        else
        {
            payload.Write(_best.WrittenSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ans.Dispose();
        base.Dispose(disposing);
    }

    private bool Code(TileRun tiles, Attempt attempt)
    {
        _coded.ResetWrittenCount();
        _coded.Write([attempt.Plan.ToByte()]);
        _ans.Clear();
        var coder = new EncodingCoder(_ans);
        if (!_codec.Code(ref coder, tiles, attempt.Plan, attempt.Maps, attempt.Palette, decode: false, attempt.Race))
            return false;
        attempt.Race?.SetLeader();
        _ans.Finish(_coded);
        return true;
    }

    /// <summary>One way of coding a segment.</summary>
    private readonly record struct Attempt(SegmentPlan Plan, ChannelMap?[]? Maps = null, Palette? Palette = null, CostRace? Race = null);

    // The ways that may be the best, in the order in which the first of equals is kept.
    private IEnumerable<Attempt> Attempts(TileRun tiles)
    {
        int hits = TileAnalysis.NeighbourHits(tiles);
        bool all = effort >= 7 || tiles.PixelCount <= FewPixels;
        if (all || TileAnalysis.LooksLikeNoise(tiles))
            yield return new(new(PixelMode.Histogram, ColorTransform.None));

        // Both modes of planes share their transform and maps.
        Palette? palette = Palette.Create(tiles);
        bool predicted = all || hits < IsDrawn;
        bool drawn = all || (TileAnalysis.LooksDrawn(tiles, hits) && (palette is null || palette.Count > 64));
        bool rgb = PlaneCoder.IsRgb(tiles);
        ColorTransform transform = (predicted || drawn) && rgb ? ImageAnalysis.ChooseTransform(tiles) : ColorTransform.None;
        ChannelMap?[]? maps = predicted || drawn ? Maps(tiles) : null;
        CostRace? race = predicted && drawn && !all ? _race : null;
        race?.Reset();
        if (predicted)
            yield return new(new(PixelMode.Predicted, transform), maps, Race: race);
        if (palette is not null && (all || hits >= MayBeDrawn || palette.Count <= 16 || tiles.ChannelCount > 1))
            yield return new(new(PixelMode.Palette, ColorTransform.None), Palette: palette);
        if (drawn)
        {
            var plan = new SegmentPlan(PixelMode.Drawn, transform);
            bool recalls = rgb && TileAnalysis.HasFewColors(tiles);
            if (recalls)
                yield return new(plan with { ManyRecalls = true }, maps, Race: race);
            if (!recalls || all)
                yield return new(plan, maps, Race: race);
        }

        int most = all ? Palette.MaxCount : palette is null ? FewSteps : Math.Min(FewSteps, palette.Count / 4);
        for (PixelStep step = PixelStep.Left; step <= PixelStep.Gradient; step++)
        {
            if (Palette.Create(tiles, step, most) is { } steps)
                yield return new(new(PixelMode.Palette, ColorTransform.None, step), Palette: steps);
        }
    }

    // A map pays where the values are few, or all have a common step; not where it would tear a smooth gradient apart.
    private static ChannelMap?[] Maps(TileRun tiles)
    {
        var maps = new ChannelMap?[tiles.ChannelCount];
        bool rgb = PlaneCoder.IsRgb(tiles);
        var occurs = new bool[tiles.Format.MaxSample + 1];
        for (int c = 0; c < maps.Length; c++)
        {
            foreach (PixelRectangle region in tiles.Regions)
            {
                for (int y = 0; y < region.Height; y++)
                {
                    foreach (ushort sample in tiles.Row(c, region, y))
                        occurs[sample] = true;
                }
            }

            if (rgb && c < 2)
                continue;
            int count = 0, runs = 0;
            bool before = false;
            foreach (bool present in occurs)
            {
                count += present ? 1 : 0;
                runs += present != before ? 1 : 0;
                before = present;
            }

            if (count <= occurs.Length * 3 / 4)
            {
                var map = ChannelMap.Create(occurs);
                int first = rgb && c == 2 ? 0 : c;
                if (ImageAnalysis.Saving(tiles, map, first, c) > runs * 8L * 16)
                    maps[first] = map;
            }

            Array.Clear(occurs);
        }

        return maps;
    }
}
