using Tessera.Entropy;

namespace Tessera.Tests.Support;

/// <summary>
/// The model of the example in <c>spec/bits-back.md</c>: each sample has a chain of latents of its own, all on a grid of 16 values, and each
/// conditional distribution is one of 16 small tables. Its own bits are those that pushes cost and pops give.
/// </summary>
/// <param name="depth">Latents above each sample.</param>
/// <param name="interleaves">Bit-Swap, which pushes as early as it can; otherwise all pops come first.</param>
internal sealed class LatentChain(int depth, bool interleaves = true) : TileModel
{
    private const int Precision = 8;
    private const int GridBits = 4;
    private static readonly uint[][] Starts = [.. Enumerable.Range(0, 1 << GridBits).Select(StartsOf)];
    private int _runsCoded;

    public override ModelIdentity Identity { get; } = new("chain", 1);

    public override bool NeedsSupply => true;

    /// <summary>Tiles in a segment.</summary>
    public int SegmentTiles { get; init; } = 6;

    /// <summary>Runs before a run is coded.</summary>
    public Action<TileRun>? Encoding { get; init; }

    /// <summary>Runs that were coded so far, or tried to be.</summary>
    public int RunsCoded => Volatile.Read(ref _runsCoded);

    public override bool Supports(SampleFormat format) => true;

    public override Tiling PlanTiling(ImageInfo image, int effort) => new(4, 2);

    public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => RawModel.Cut(band.Tiles.Length, SegmentTiles);

    public override SegmentEncoder CreateEncoder(int effort) => new Encoder(this, depth, interleaves);

    public override SegmentDecoder CreateDecoder() => new Decoder(depth, interleaves);

    /// <summary>The slots below each value, given a condition.</summary>
    public static uint[] StartsOf(int condition)
    {
        uint[] frequencies = [.. Enumerable.Range(0, 1 << GridBits).Select(value => 1 + (64u >> Math.Abs(value - condition)))];
        frequencies[condition] = 0;
        frequencies[condition] = (1 << Precision) - (uint)frequencies.Sum(f => f);
        uint[] starts = new uint[frequencies.Length + 1];
        for (int i = 0; i < frequencies.Length; i++)
            starts[i + 1] = starts[i] + frequencies[i];
        return starts;
    }

    private static void Push(AnsStack stack, int value, int condition) =>
        stack.Push(Starts[condition][value], Starts[condition][value + 1] - Starts[condition][value], Precision);

    private static int Pop(AnsStack stack, int condition)
    {
        uint[] starts = Starts[condition];
        uint slot = stack.Peek(Precision);
        int value = Array.FindLastIndex(starts, start => start <= slot);
        stack.Drop(starts[value], starts[value + 1] - starts[value], Precision);
        return value;
    }

    /// <summary>Pushes a layer of values, the last one first, so that it pops in order.</summary>
    private static void PushAll(AnsStack stack, int[] values, int[] conditions)
    {
        for (int i = values.Length - 1; i >= 0; i--)
            Push(stack, values[i], conditions[i]);
    }

    private static int[] PopAll(AnsStack stack, int[] conditions) => [.. conditions.Select(c => Pop(stack, c))];

    private sealed class Encoder(LatentChain model, int depth, bool interleaves) : BitsBackEncoder
    {
        protected override void Encode(TileRun tiles, AnsStack stack)
        {
            Interlocked.Increment(ref model._runsCoded);
            model.Encoding?.Invoke(tiles);
            foreach (PixelRectangle tile in tiles.Tiles)
                Encode(tiles, tile, stack);
        }

        private void Encode(TileRun tiles, PixelRectangle tile, AnsStack stack)
        {
            ushort[] samples = Tile.Read(tiles, tile);
            int lowBits = Math.Max(0, tiles.Format.BitDepth - GridBits);
            int[][] layers = new int[depth + 1][];
            layers[0] = [.. samples.Select(s => s >> lowBits)];
            for (int i = 1; i <= depth; i++)
            {
                layers[i] = PopAll(stack, layers[i - 1]);
                if (interleaves)
                    PushLayer(i - 1);
            }

            for (int i = interleaves ? depth : 0; i <= depth; i++)
                PushLayer(i);

            void PushLayer(int i)
            {
                if (i == 0)
                {
                    foreach (ushort sample in Enumerable.Reverse(samples))
                        stack.PushBits((uint)(sample & ((1 << lowBits) - 1)), lowBits);
                }

                if (i < depth)
                {
                    PushAll(stack, layers[i], layers[i + 1]);
                    return;
                }

                foreach (int value in Enumerable.Reverse(layers[depth]))
                    stack.PushBits((uint)value, GridBits);
            }
        }
    }

    private sealed class Decoder(int depth, bool interleaves) : BitsBackDecoder
    {
        protected override void Decode(AnsStack stack, TileRun tiles)
        {
            foreach (PixelRectangle tile in tiles.Tiles.Reverse())
                Decode(stack, tiles, tile);
        }

        private void Decode(AnsStack stack, TileRun tiles, PixelRectangle tile)
        {
            int lowBits = Math.Max(0, tiles.Format.BitDepth - GridBits), count = Tile.Count(tiles, tile);
            int[][] layers = new int[depth + 1][];
            layers[depth] = [.. Enumerable.Range(0, count).Select(_ => (int)stack.PopBits(GridBits))];
            for (int i = depth - 1; i >= 0; i--)
            {
                layers[i] = PopAll(stack, layers[i + 1]);
                if (i == 0)
                    Tile.Write(tiles, tile, [.. layers[0].Select(head => (ushort)((uint)(head << lowBits) | stack.PopBits(lowBits)))]);
                if (interleaves)
                    PushAll(stack, layers[i + 1], layers[i]);
            }

            for (int i = depth - 1; i >= 0 && !interleaves; i--)
                PushAll(stack, layers[i + 1], layers[i]);
        }
    }
}

/// <summary>The samples of one tile: channel by channel, row by row.</summary>
internal static class Tile
{
    public static int Count(TileRun tiles, PixelRectangle tile) => (int)tile.Area * tiles.ChannelCount;

    public static ushort[] Read(TileRun tiles, PixelRectangle tile) =>
        [.. Rows(tiles, tile).SelectMany(row => tiles.Row(row.Channel, tile, row.Y).ToArray())];

    public static void Write(TileRun tiles, PixelRectangle tile, ReadOnlySpan<ushort> samples)
    {
        foreach ((int channel, int y) in Rows(tiles, tile))
        {
            samples[..tile.Width].CopyTo(tiles.Row(channel, tile, y));
            samples = samples[tile.Width..];
        }
    }

    private static IEnumerable<(int Channel, int Y)> Rows(TileRun tiles, PixelRectangle tile) =>
        Enumerable.Range(0, tiles.ChannelCount).SelectMany(channel => Enumerable.Range(0, tile.Height).Select(y => (channel, y)));
}
