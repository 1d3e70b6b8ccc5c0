namespace Tessera.Models.Classic;

/// <summary>The colors of a segment that has few, in ascending order of their channels.</summary>
internal sealed class Palette
{
    /// <summary>The most colors that a palette holds.</summary>
    public const int MaxCount = 256;

    private readonly ulong[] _colors;
    private readonly Dictionary<ulong, int>? _indices;

    private Palette(ulong[] colors, bool index)
    {
        _colors = colors;
        if (index)
        {
            _indices = [];
            for (int i = 0; i < colors.Length; i++)
                _indices.Add(colors[i], i);
        }
    }

    public int Count => _colors.Length;

    /// <summary>Collects the colors of some tiles, or their differences.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="step">From what differences are taken.</param>
    /// <param name="most">How many there may be.</param>
    /// <returns>The palette, or null if there are too many.</returns>
    public static Palette? Create(TileRun tiles, PixelStep step = PixelStep.None, int most = MaxCount)
    {
        var colors = new HashSet<ulong>();
        ulong? previous = null;
        foreach (PixelRectangle region in tiles.Regions)
        {
            for (int y = 0; y < region.Height; y++)
            {
                for (int x = 0; x < region.Width; x++)
                {
                    ulong key = Key(tiles, region, x, y, step);
                    if (key == previous)
                        continue;
                    previous = key;
                    if (colors.Add(key) && colors.Count > most)
                        return null;
                }
            }
        }

        return new([.. colors.Order()], true);
    }

    /// <summary>Codes a palette: each channel as the difference from the color before.</summary>
    public static Palette Code<TCoder>(ref TCoder coder, Palette? palette, int channels, int bitDepth)
        where TCoder : struct, IBitCoder, allows ref struct
    {
        int count = (int)coder.CodeUniform((uint)(palette?.Count - 1 ?? 0), 8) + 1;
        var colors = new ulong[count];
        var numbers = new NumberCoder[channels];
        for (int c = 0; c < channels; c++)
            numbers[c] = new();
        int mask = (1 << bitDepth) - 1;
        ulong previous = 0;
        for (int i = 0; i < count; i++)
        {
            ulong color = 0;
            ulong given = palette?._colors[i] ?? 0;
            // The last channel is the most significant: it never falls.
            for (int c = channels - 1; c >= 0; c--)
            {
                int before = (int)((previous >> (16 * c)) & 0xFFFF), value = (int)((given >> (16 * c)) & 0xFFFF);
                int difference = (value - before) & mask;
                int folded = difference > mask >> 1 ? ((mask - difference) * 2) + 1 : difference * 2;
                folded = numbers[c].Code(ref coder, folded);
                difference = (folded & 1) != 0 ? mask - (folded >> 1) : folded >> 1;
                color |= (ulong)(uint)((before + difference) & mask) << (16 * c);
            }

            colors[i] = previous = color;
        }

        return palette ?? new(colors, false);
    }

    public void ToIndices(TileRun tiles, PixelRectangle region, int y, PixelStep step, Span<int> row)
    {
        ulong? previous = null;
        int index = 0;
        for (int x = 0; x < region.Width; x++)
        {
            ulong key = Key(tiles, region, x, y, step);
            if (key != previous)
            {
                index = _indices![key];
                previous = key;
            }

            row[x] = index;
        }
    }

    public void ToSamples(ReadOnlySpan<int> row, TileRun tiles, PixelRectangle region, int y, PixelStep step)
    {
        int mask = tiles.Format.MaxSample;
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            Span<ushort> samples = tiles.Row(c, region, y);
            ReadOnlySpan<ushort> above = y > 0 ? tiles.Row(c, region, y - 1) : default;
            for (int x = 0; x < samples.Length; x++)
                samples[x] = (ushort)(((int)(_colors[row[x]] >> (16 * c)) + Origin(samples, above, x, step)) & mask);
        }
    }

    // A pixel less the one that it is taken from.
    private static ulong Key(TileRun tiles, PixelRectangle region, int x, int y, PixelStep step)
    {
        ulong key = 0;
        int mask = tiles.Format.MaxSample;
        for (int c = 0; c < tiles.ChannelCount; c++)
        {
            ReadOnlySpan<ushort> samples = tiles.Row(c, region, y);
            ReadOnlySpan<ushort> above = y > 0 && step != PixelStep.None ? tiles.Row(c, region, y - 1) : default;
            key |= (ulong)((samples[x] - Origin(samples, above, x, step)) & mask) << (16 * c);
        }

        return key;
    }

    private static int Origin(ReadOnlySpan<ushort> row, ReadOnlySpan<ushort> above, int x, PixelStep step)
    {
        if (step == PixelStep.None)
            return 0;
        if (above.IsEmpty)
            return x > 0 ? row[x - 1] : 0;
        if (x == 0)
            return above[x];
        return step switch
        {
            PixelStep.Left => row[x - 1],
            PixelStep.Above => above[x],
            _ => row[x - 1] + above[x] - above[x - 1],
        };
    }
}
