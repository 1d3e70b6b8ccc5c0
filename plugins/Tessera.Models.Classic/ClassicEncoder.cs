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

    // The smallest payload so far, and the latest.
    private ArrayBufferWriter<byte> _best = new(1 << 12), _coded = new(1 << 12);

    public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload)
    {
        Palette? palette = Palette.Create(tiles);
        List<PixelMode> modes = Modes(tiles, palette);

        // Both modes of planes share their transform and maps; the others need neither.
        bool planes = modes.Exists(SegmentPlan.CodesPlanes);
        ColorTransform transform = planes && PlaneCoder.IsRgb(tiles) ? ImageAnalysis.ChooseTransform(tiles) : ColorTransform.None;
        ChannelMap?[]? maps = planes ? Maps(tiles) : null;
        _best.ResetWrittenCount();
        foreach (PixelMode mode in modes)
        {
            Code(tiles, new(mode, SegmentPlan.MayTransform(mode, tiles) ? transform : ColorTransform.None), maps, palette);
            if (_best.WrittenCount == 0 || _coded.WrittenCount < _best.WrittenCount)
                (_best, _coded) = (_coded, _best);
        }

        foreach ((PixelStep step, Palette steps) in Steps(tiles, palette))
        {
            Code(tiles, new(PixelMode.Palette, ColorTransform.None, step), null, steps);
            if (_best.WrittenCount == 0 || _coded.WrittenCount < _best.WrittenCount)
                (_best, _coded) = (_coded, _best);
        }

        if (_best.WrittenCount == 0 || _best.WrittenCount > RawSamples.Size(tiles))
            RawSamples.Write(tiles, payload);
        else
            payload.Write(_best.WrittenSpan);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _ans.Dispose();
        base.Dispose(disposing);
    }

    private void Code(TileRun tiles, SegmentPlan plan, ChannelMap?[]? maps, Palette? palette)
    {
        _coded.ResetWrittenCount();
        _coded.Write([plan.ToByte()]);
        _ans.Clear();
        var coder = new EncodingCoder(_ans);
        _codec.Code(ref coder, tiles, plan, maps, palette, decode: false);
        _ans.Finish(_coded);
    }

    private List<PixelMode> Modes(TileRun tiles, Palette? palette)
    {
        var modes = new List<PixelMode>();
        int hits = ImageAnalysis.NeighbourHits(tiles);
        bool all = effort >= 7 || tiles.PixelCount <= FewPixels;
        if (all || ImageAnalysis.LooksLikeNoise(tiles))
            modes.Add(PixelMode.Histogram);
        if (all || hits < IsDrawn)
            modes.Add(PixelMode.Predicted);
        if (palette is not null && (all || hits >= MayBeDrawn || palette.Count <= 16 || tiles.ChannelCount > 1))
            modes.Add(PixelMode.Palette);
        if (all || (ImageAnalysis.LooksDrawn(tiles, hits) && (palette is null || palette.Count > 64)))
            modes.Add(PixelMode.Drawn);
        modes.RemoveAll(mode => !SegmentPlan.IsWithinLimits(mode, tiles));
        return modes;
    }

    // Palettes of differences, where they may pay.
    private IEnumerable<(PixelStep Step, Palette Steps)> Steps(TileRun tiles, Palette? palette)
    {
        if (!SegmentPlan.IsWithinLimits(PixelMode.Palette, tiles))
            yield break;
        bool all = effort >= 7 || tiles.PixelCount <= FewPixels;
        int most = all ? Palette.MaxCount : palette is null ? FewSteps : Math.Min(FewSteps, palette.Count / 4);
        for (PixelStep step = PixelStep.Left; step <= PixelStep.Gradient; step++)
        {
            if (Palette.Create(tiles, step, most) is { } steps)
                yield return (step, steps);
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
