using System.Buffers;
using System.Globalization;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>
/// The payloads of segments that a model is said to have coded. The first byte of an input says which of several small images, and which channels of it;
/// the rest is the payload, which goes straight to the model's decoder, past all checksums.
/// </summary>
internal sealed class ModelTarget : FuzzTarget
{
    private const int TileSide = 8;
    private const int MaxFormats = 12;
    private const int LargestPayload = 1 << 12;

    // One pixel, one tile that is cut off, rows and columns of one pixel, several tiles.
    private static readonly (int Width, int Height)[] Sizes = [(1, 1), (5, 3), (1, 9), (17, 1), (16, 16)];

    private readonly TileModel _model;
    private readonly SampleFormat[] _formats;

    public ModelTarget(TileModel model)
    {
        _model = model;
        _formats = [.. Formats().Where(model.Supports).Take(MaxFormats)];
    }

    public override string Name => "model:" + _model.Identity.Id;

    public override int RoundLength => 1 << 12;

    // What a decoder makes once counts as its first input's: nets' weights are packed for the processor.
    public override CostBound Bound { get; } = CostBound.Default with { Milliseconds = 1000, MicrosecondsPerPixel = 1000, Bytes = 32 << 20 };

    public override IReadOnlyList<byte[]> CreateSeeds()
    {
        var seeds = new List<byte[]>();
        for (int index = 0; index < _formats.Length * Sizes.Length; index++)
        {
            foreach ((int content, int effort) in ((int, int)[])[(0, 5), (1, 5), (2, 9), (3, 1)])
            {
                using var image = new SmallImage(this, (byte)index);
                image.Draw(content);
                seeds.Add([(byte)index, .. Encode(image.Tiles, effort)]);
            }
        }

        return seeds;
    }

    public override byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        if (input.Length == 0)
            return [(byte)random.Next(256)];
        byte first = random.Next(16) == 0 ? (byte)random.Next(256) : input[0];
        byte[] payload = ByteMutator.Mutate(random, input.AsSpan(1), other.AsSpan(Math.Min(1, other.Length)), LargestPayload);

        // The state of a stack is at its end, and decides what comes first.
        if (payload.Length >= 4 && random.Next(4) == 0)
            random.NextBytes(payload.AsSpan(payload.Length - 1 - random.Next(4)));
        return [first, .. payload];
    }

    public override FuzzRunner CreateRunner() => new Runner(this);

    // Those that most models are made for first.
    private static IEnumerable<SampleFormat> Formats()
    {
        yield return new(3, 8);
        yield return new(1, 8);
        yield return new(4, 8, AlphaKind.Straight);
        yield return new(2, 8, AlphaKind.Straight);
        yield return new(1, 1);
        yield return new(3, 16);
        yield return new(1, 16);
        yield return new(4, 8);
        yield return new(2, 4);
        yield return new(4, 12, AlphaKind.Premultiplied);
        yield return new(3, 2);
        yield return new(1, 5);
    }

    private byte[] Encode(TileRun tiles, int effort)
    {
        using SegmentEncoder encoder = _model.CreateEncoder(effort);
        for (int supply = _model.NeedsSupply ? 256 : 0; ; supply *= 2)
        {
            var bits = new byte[supply];
            new Random(effort).NextBytes(bits);
            var payload = new ArrayBufferWriter<byte>();
            try
            {
                encoder.Encode(tiles, bits, payload);
                return payload.WrittenSpan.ToArray();
            }
            catch (SupplyExhaustedException) when (supply < 1 << 16)
            {
                // A few tiles of a starter would give more: as many again.
            }
        }
    }

    /// <summary>An image, or some channels of it, in a few tiles.</summary>
    private sealed class SmallImage : IDisposable
    {
        private readonly PlanarBuffer _samples;
        private readonly SampleFormat _format;

        public SmallImage(ModelTarget target, byte index)
        {
            _format = target._formats[index % target._formats.Length];
            int rest = index / target._formats.Length;
            (int width, int height) = Sizes[rest % Sizes.Length];
            var grid = new TileGrid(width, height, 1, TileSide, int.MaxValue);
            _samples = new(width, height, _format.Channels);
            for (int channel = 0; channel < _format.Channels; channel++)
                _samples.Plane(channel).Clear();

            // A file may give a segment some channels only, whatever its model is made for.
            int part = rest / Sizes.Length % 3, first = part == 2 ? _format.Channels - 1 : 0, count = part == 0 ? _format.Channels : 1;
            Tiles = new(grid, _format, _samples, 0, (int)grid.TileCount, first, count);
        }

        public TileRun Tiles { get; }

        /// <summary>Draws noise, a slope, a few colors, or one.</summary>
        public void Draw(int content)
        {
            var random = new Random(content);
            for (int channel = 0; channel < _samples.Channels; channel++)
            {
                Span<ushort> plane = _samples.Plane(channel);
                for (int i = 0; i < plane.Length; i++)
                {
                    plane[i] = (ushort)(_format.MaxSample & content switch
                    {
                        0 => random.Next(),
                        1 => (i * 3) + (channel * 5) + random.Next(3),
                        2 => random.Next(4) * 77,
                        _ => 9,
                    });
                }
            }
        }

        public void Dispose() => _samples.Dispose();
    }

    private sealed class Runner(ModelTarget target) : FuzzRunner
    {
        private readonly Dictionary<byte, SmallImage> _images = [];
        private readonly ArrayBufferWriter<byte> _supply = new();
        private SegmentDecoder? _decoder;

        public override Outcome Run(byte[] input)
        {
            byte index = input.Length > 0 ? input[0] : (byte)0;
            if (!_images.TryGetValue(index, out SmallImage? image))
                _images.Add(index, image = new(target, index));
            TileRun tiles = image.Tiles;
            long pixels = tiles.PixelCount;
            _supply.ResetWrittenCount();
            try
            {
                (_decoder ??= target._model.CreateDecoder()).Decode(input.AsSpan(Math.Min(1, input.Length)), tiles, _supply);
                if (_supply.WrittenCount > 0 && !target._model.NeedsSupply)
                    throw new BrokenPromiseException($"A model that needs no supply gave {_supply.WrittenCount} bytes of it.");
                return Outcome.Accepted(string.Create(CultureInfo.InvariantCulture, $"{index} {_supply.WrittenCount > 0} {input.Length < 32}"), pixels);
            }
            catch (TesseraFormatException e)
            {
                // As the decoding pipeline does: what was interrupted is not used again.
                _decoder?.Dispose();
                _decoder = null;
                return Outcome.Refused(e.Message, pixels);
            }
        }

        public override void Dispose()
        {
            _decoder?.Dispose();
            _decoder = null;
            foreach (SmallImage image in _images.Values)
                image.Dispose();
            _images.Clear();
            base.Dispose();
        }
    }
}
