using System.Buffers;
using System.Diagnostics;
using Tessera.Models.Causal.Tests.Support;

namespace Tessera.Models.Causal.Tests;

/// <summary>Coding ends soon after it is cancelled, in the middle of a segment.</summary>
public class CancellationTests
{
    // It takes no time to speak of; on a busy machine work may wait for its turn.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private enum Direction
    {
        Encode,
        Decode,
    }

    [Fact]
    public async Task Encoding_ends_when_it_is_cancelled()
    {
        using Raster image = Picture.Draw("photograph", 512, 512);
        await AssertEndsAsync(Direction.Encode, (registry, token) => Coding.EncodeAsync(registry, image, cancellationToken: token));
    }

    [Fact]
    public async Task Decoding_ends_when_it_is_cancelled()
    {
        using Raster image = Picture.Draw("photograph", 512, 512);
        byte[] file = await Coding.EncodeAsync(Coding.RegistryOf(Published.Model), image, threads: 0);
        await AssertEndsAsync(Direction.Decode, (registry, token) => Coding.DecodeAsync(registry, file, cancellationToken: token));
    }

    [Fact]
    public void A_segment_that_is_cancelled_ends_before_its_next_step()
    {
        using PlanarBuffer image = Picture.Plane("photograph", 60, 40);
        using var cancel = new CancellationTokenSource();
        TileRun run = Coding.Run(image, 32, cancellationToken: cancel.Token);
        var weights = new CausalWeights(SmallModel.Weights(1));
        using var coder = new WaveCoder(weights, new Exact.Managed.ManagedEngine());
        for (int i = 0; i < run.Tiles.Length; i++)
        {
            coder.Block(i).Begin(run.Tiles[i]);
            CausalPixels.Read(run, 0, 3, coder.Block(i));
        }

        const int Moment = 1000;
        var samples = new Cancelling(cancel, Moment, new int[1]);
        Assert.Throws<OperationCanceledException>(() => coder.Run(run.Tiles.Length, run, 3, ref samples));

        // A step has a pixel of every third column at the most.
        Assert.InRange(samples.Coded, Moment, Moment + (3 * run.Tiles.Sum(tile => (tile.Width + 2) / 3)));
    }

    [Fact]
    public void An_encoder_and_a_decoder_that_were_cancelled_can_be_used_again()
    {
        CausalModel model = SmallModel.Create(1);
        using PlanarBuffer image = Picture.Plane("photograph", 60, 40), target = new(60, 40, 3);
        var cancelled = new CancellationToken(canceled: true);
        byte[] expected = Coding.Encode(model, Coding.Run(image, 32));
        using SegmentEncoder encoder = model.CreateEncoder(5);
        using SegmentDecoder decoder = model.CreateDecoder();
        Assert.Throws<OperationCanceledException>(() => Coding.Encode(encoder, Coding.Run(image, 32, cancellationToken: cancelled)));
        Assert.Throws<OperationCanceledException>(() => Coding.Decode(decoder, expected, Coding.Run(target, 32, cancellationToken: cancelled)));
        Assert.Equal(expected, Coding.Encode(encoder, Coding.Run(image, 32)));
        Coding.Decode(decoder, expected, Coding.Run(target, 32));
        Assert.Equal(Coding.Samples(Coding.Run(image, 32)), Coding.Samples(Coding.Run(target, 32)));
    }

    // Cancels at the moment when a segment is begun, so that nothing depends on how quick the machine is.
    private static async Task AssertEndsAsync(Direction direction, Func<ModelRegistry, CancellationToken, Task> code)
    {
        using var cancel = new CancellationTokenSource();
        var model = new Cancelled(direction, cancel);
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => code(Coding.RegistryOf(model), cancel.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(model.Moment), TimeSpan.Zero, Patience);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal((1, 0), (model.Begun, model.Completed));
    }

    private readonly struct Cancelling(CancellationTokenSource source, int moment, int[] coded) : ISampleCoder
    {
        public int Coded => coded[0];

        public int Code(in Entropy.Mixture distribution, int list, int sample)
        {
            if (++coded[0] == moment)
                source.Cancel();
            return sample;
        }
    }

    /// <summary>The published model, whose user cancels when the first segment is begun.</summary>
    private sealed class Cancelled(Direction direction, CancellationTokenSource source) : TileModel
    {
        /// <summary>Segments that were begun.</summary>
        public int Begun { get; private set; }

        /// <summary>Segments that were coded to their ends.</summary>
        public int Completed { get; private set; }

        /// <summary>When it was cancelled.</summary>
        public long Moment { get; private set; }

        public override ModelIdentity Identity => Published.Model.Identity;

        public override bool Supports(SampleFormat format) => Published.Model.Supports(format);

        public override Tiling PlanTiling(ImageInfo image, int effort) => Published.Model.PlanTiling(image, effort);

        public override IReadOnlyList<int> PlanSegments(TileRun band, int columns, int effort) => Published.Model.PlanSegments(band, columns, effort);

        public override SegmentEncoder CreateEncoder(int effort) => new Encoder(this, Published.Model.CreateEncoder(effort));

        public override SegmentDecoder CreateDecoder() => new Decoder(this, Published.Model.CreateDecoder());

        private void Run(Direction now, Action code)
        {
            if (now == direction)
            {
                Begun++;
                Moment = Stopwatch.GetTimestamp();
                source.Cancel();
            }

            code();
            Completed++;
        }

        private sealed class Encoder(Cancelled model, SegmentEncoder encoder) : SegmentEncoder
        {
            public override void Encode(TileRun tiles, ReadOnlySpan<byte> supply, IBufferWriter<byte> payload) =>
                model.Run(Direction.Encode, () => encoder.Encode(tiles, [], payload));

            protected override void Dispose(bool disposing)
            {
                encoder.Dispose();
                base.Dispose(disposing);
            }
        }

        private sealed class Decoder(Cancelled model, SegmentDecoder decoder) : SegmentDecoder
        {
            public override void Decode(ReadOnlySpan<byte> payload, TileRun tiles, IBufferWriter<byte> supply)
            {
                byte[] bytes = payload.ToArray();
                model.Run(Direction.Decode, () => decoder.Decode(bytes, tiles, supply));
            }

            protected override void Dispose(bool disposing)
            {
                decoder.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
