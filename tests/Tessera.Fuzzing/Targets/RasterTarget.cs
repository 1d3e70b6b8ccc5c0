using System.Globalization;
using Tessera.Fuzzing.Engine;

namespace Tessera.Fuzzing.Targets;

/// <summary>A reader of image files: every row, and the metadata on both sides of them.</summary>
/// <param name="format">The format.</param>
/// <param name="name">The target's name, and its corpus.</param>
/// <param name="mutate">How its files are changed.</param>
internal sealed class RasterTarget(IRasterFormat format, string name, Func<Random, byte[], byte[], byte[]> mutate) : FuzzTarget
{
    private static readonly RasterLimits Limits = new() { MaxPixels = 1 << 14, MaxAllocation = 1 << 19, MaxMetadata = 1 << 16 };

    public override string Name => name;

    public override int RoundLength => 1 << 15;

    /// <summary>What may be allocated at once and the metadata are within the caller's limits; a text takes twice its bytes.</summary>
    public override CostBound Bound { get; } = CostBound.Default with { Bytes = 4 << 20 };

    public override IReadOnlyList<byte[]> CreateSeeds() => Corpus.Read(name);

    public override byte[] Mutate(Random random, byte[] input, byte[] other) => mutate(random, input, other);

    public override FuzzRunner CreateRunner() => new Runner(format);

    private sealed class Runner(IRasterFormat format) : FuzzRunner
    {
        public override Outcome Run(byte[] input)
        {
            long pixels = 0;
            try
            {
                // A stream in memory never waits, so that all of this runs on this thread.
                return ReadAsync(input, p => pixels = p).AsTask().GetAwaiter().GetResult();
            }
            catch (TesseraFormatException e)
            {
                return Outcome.Refused(e.Message, pixels);
            }
        }

        private async ValueTask<Outcome> ReadAsync(byte[] input, Action<long> declare)
        {
            await using IRasterSource source = await format.OpenAsync(new MemoryStream(input), Limits);
            ImageInfo info = source.Info;
            declare(info.PixelCount);
            if (info.PixelCount > Limits.MaxPixels)
                throw new BrokenPromiseException($"An image of {info.PixelCount} pixels passed the limit of {Limits.MaxPixels}.");
            long metadata = Size(info.Metadata);
            using var rows = new PlanarBuffer(info.Width, 1, info.Format.Channels);
            for (int frame = 0; frame < info.FrameCount; frame++)
            {
                metadata += Size((await source.ReadFrameInfoAsync()).Metadata);
                for (int y = 0; y < info.Height; y++)
                {
                    await source.ReadRowsAsync(rows);
                    CheckRange(rows, info.Format.MaxSample);
                }
            }

            metadata += Size(await source.ReadTrailerAsync());
            if (metadata > Limits.MaxMetadata)
                throw new BrokenPromiseException($"{metadata} bytes of metadata passed the limit of {Limits.MaxMetadata}.");
            string kinds = string.Concat(info.Metadata.Blocks.Select(b => b.Kind).Distinct().Order(StringComparer.Ordinal));
            return Outcome.Accepted(string.Create(CultureInfo.InvariantCulture, $"{info.Format} {kinds} {info.Metadata.Texts.Length > 0}"), info.PixelCount);
        }

        private static long Size(ImageMetadata metadata) => metadata.Blocks.Sum(b => (long)b.Data.Length) + metadata.Texts.Sum(t => (long)t.Keyword.Length + t.Value.Length);

        private static void CheckRange(PlanarBuffer rows, int max)
        {
            for (int channel = 0; channel < rows.Channels; channel++)
            {
                if (max < ushort.MaxValue && rows.Plane(channel).ContainsAnyExceptInRange((ushort)0, (ushort)max))
                    throw new BrokenPromiseException($"A sample is above {max}.");
            }
        }
    }
}
