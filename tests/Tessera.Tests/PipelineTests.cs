using System.Diagnostics;
using System.Runtime.ExceptionServices;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>Backpressure, order, cancellation and failures. With two workers, four bands are in flight.</summary>
public class PipelineTests
{
    private const int BandsInFlight = 4;
    private const int TilesInBand = 4;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly ImageInfo Tall = new(64, 16 * 60, new(3, 8));

    [Fact]
    public async Task A_slow_destination_holds_back_the_source()
    {
        var gate = new TaskCompletionSource();
        var source = new SyntheticSource(Tall);
        using var destination = new HookedStream(_ => gate.Task);
        Task<EncodeSummary> encoding = Codec.Encoder(new RawModel()).EncodeAsync(source, destination);

        await AssertStaysAt(BandsInFlight, () => source.Reads);
        Assert.False(encoding.IsCompleted);

        gate.SetResult();
        EncodeSummary summary = await encoding.WaitAsync(Long);
        Assert.Equal(60, source.Reads);
        Assert.Equal(destination.Length, summary.ByteCount);
    }

    [Fact]
    public async Task A_slow_model_never_has_more_bands_than_fit_the_window()
    {
        var progress = new Counter();
        int most = 0;
        var source = new SyntheticSource(Tall) { Reading = call => most = Math.Max(most, call + 1 - progress.Count) };
        var model = new RawModel { Encoding = _ => Thread.Sleep(1) };
        await Codec.Encoder(model).EncodeAsync(source, Stream.Null, progress);

        // The window opens just before the progress is told.
        Assert.InRange(most, 2, BandsInFlight + 1);
        Assert.Equal(60, progress.Count);
    }

    [Fact]
    public async Task A_slow_sink_holds_back_the_decoder()
    {
        byte[] file = await EncodeTall();
        var gate = new TaskCompletionSource();
        int decoded = 0;
        var model = new RawModel { Decoding = run => Interlocked.Add(ref decoded, run.Tiles.Length) };
        var sink = new CheckingSink { Writing = (_, _) => gate.Task };
        Task<DecodeSummary> decoding = Codec.Decoder(model).DecodeAsync(new MemoryStream(file), sink);

        await AssertStaysAt(BandsInFlight * TilesInBand, () => Volatile.Read(ref decoded));
        Assert.Equal(1, sink.Writes);

        gate.SetResult();
        await decoding.WaitAsync(Long);
        Assert.Equal(60, sink.Writes);
        Assert.True(sink.IsComplete);
    }

    [Fact]
    public async Task Bands_come_out_in_order_however_long_each_takes()
    {
        var random = new Random(5);
        var model = new RawModel
        {
            Encoding = _ => Thread.Sleep(Next(random)),
            Decoding = _ => Thread.Sleep(Next(random)),
        };
        using var file = new MemoryStream();
        await Codec.Encoder(model, threads: 6).EncodeAsync(new SyntheticSource(Tall), file);
        Assert.Equal(await EncodeTall(), file.ToArray());

        file.Position = 0;
        var sink = new CheckingSink();
        await Codec.Decoder(model, threads: 6).DecodeAsync(file, sink);
        Assert.True(sink.IsComplete);

        static int Next(Random random)
        {
            lock (random)
                return random.Next(4);
        }
    }

    [Fact]
    public async Task Reading_coding_and_writing_overlap()
    {
        // Each stage waits for the next one to have begun: only a pipeline gets to the end.
        using var written = new ManualResetEventSlim();
        var source = new SyntheticSource(Tall) { Reading = call => Assert.True(call < BandsInFlight || written.Wait(Long)) };
        using var destination = new HookedStream(_ =>
        {
            written.Set();
            return Task.CompletedTask;
        });
        await Codec.Encoder(new RawModel()).EncodeAsync(source, destination).WaitAsync(Long);
        Assert.Equal(60, source.Reads);
    }

    [Fact]
    public void Cancellation_at_any_point_ends_the_encoder_and_frees_its_buffers()
    {
        Prop.ForAll(Gen.Choose(0, 2).Zip(Gen.Choose(0, 40)).ToArbitrary(), at =>
        {
            (int stage, int call) = at;
            using var cancel = new CancellationTokenSource();
            EncodeWith(stage, call, cancel.Cancel, cancel.Token, out Exception? exception, out SyntheticSource source);
            var cancelled = Assert.IsAssignableFrom<OperationCanceledException>(exception);
            Assert.Equal(cancel.Token, cancelled.CancellationToken);
            AssertDisposed(source.Buffers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public async Task Cancellation_ends_a_model_at_the_next_row_that_it_takes()
    {
        byte[] file = await EncodeTall();
        await CancelAtRowFive((work, token) => Codec.Encoder(new RawModel { Encoding = work }, threads: 1)
            .EncodeAsync(new SyntheticSource(Tall), Stream.Null, null, token));
        await CancelAtRowFive((work, token) => Codec.Decoder(new RawModel { Decoding = work }, threads: 1)
            .VerifyAsync(new MemoryStream(file), null, token));

        static async Task CancelAtRowFive(Func<Action<TileRun>, CancellationToken, Task> code)
        {
            using var cancel = new CancellationTokenSource();
            int rows = 0;
            void Work(TileRun tiles)
            {
                for (; rows < 1_000_000; rows++)
                {
                    if (rows == 5)
                        cancel.Cancel();
                    tiles.Row(0, tiles.Tiles[0], 0);
                }
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => code(Work, cancel.Token));
            Assert.Equal(5, rows);
        }
    }

    [Fact]
    public void A_failure_of_any_stage_surfaces_once_and_frees_all_buffers()
    {
        Prop.ForAll(Gen.Choose(0, 2).Zip(Gen.Choose(0, 40)).ToArbitrary(), at =>
        {
            (int stage, int call) = at;
            var failure = new TimeZoneNotFoundException("as planned");
            EncodeWith(stage, call, () => ExceptionDispatchInfo.Throw(failure), default, out Exception? exception, out SyntheticSource source);
            Assert.Same(failure, exception);
            AssertDisposed(source.Buffers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public async Task Cancellation_at_any_point_ends_the_decoder_and_frees_its_buffers()
    {
        byte[] file = await EncodeTall();
        Prop.ForAll(Gen.Choose(0, 1).Zip(Gen.Choose(0, 40)).ToArbitrary(), at =>
        {
            (int stage, int call) = at;
            using var cancel = new CancellationTokenSource();
            DecodeWith(file, stage, call, cancel.Cancel, cancel.Token, out Exception? exception, out CheckingSink sink);
            var cancelled = Assert.IsAssignableFrom<OperationCanceledException>(exception);
            Assert.Equal(cancel.Token, cancelled.CancellationToken);
            Assert.False(sink.IsComplete);
            AssertDisposed(sink.Buffers);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public async Task A_failing_sink_ends_the_decoder_with_its_own_exception()
    {
        byte[] file = await EncodeTall();
        foreach (int call in new[] { 0, 1, 30, 59 })
        {
            var failure = new TimeZoneNotFoundException("as planned");
            DecodeWith(file, 0, call, () => ExceptionDispatchInfo.Throw(failure), default, out Exception? exception, out CheckingSink sink);
            Assert.Same(failure, exception);
            AssertDisposed(sink.Buffers);
        }
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_reads_nothing()
    {
        var source = new SyntheticSource(Tall);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Codec.Encoder(new RawModel()).EncodeAsync(source, Stream.Null, null, cancelled));
        Assert.Equal(0, source.Reads);
        byte[] file = await EncodeTall();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Codec.Decoder(new RawModel()).VerifyAsync(new MemoryStream(file), null, cancelled));
    }

    [Fact]
    public async Task Progress_ends_at_the_whole_image()
    {
        var told = new List<CodingProgress>();
        var progress = new Callback(told.Add);
        byte[] file = await EncodeTall(progress);
        Assert.Equal(60, told.Count);
        Assert.Equal(new CodingProgress(Tall.PixelCount, Tall.PixelCount), told[^1]);
        Assert.Equal(1, told[^1].Fraction);
        Assert.Equal(told.OrderBy(p => p.PixelsDone), told);

        told.Clear();
        await Codec.Decoder(new RawModel()).VerifyAsync(new MemoryStream(file), progress);
        Assert.Equal(60, told.Count);
        Assert.Equal(Tall.PixelCount, told[^1].PixelsDone);
    }

    [Fact]
    public void A_large_band_leaves_room_for_few_of_them()
    {
        Assert.Equal(4, MemoryPlan.BandsInFlight(1 << 20, workers: 2));
        Assert.Equal(66, MemoryPlan.BandsInFlight(1 << 19, workers: 64));
        Assert.Equal(4, MemoryPlan.BandsInFlight(32 << 20, workers: 64));
        Assert.Equal(2, MemoryPlan.BandsInFlight(1L << 30, workers: 64));
    }

    [Theory]
    [InlineData(768, 512, 256, 4)]
    [InlineData(20_000, 20_000, 256, 8)]
    [InlineData(20_000, 20_000, 4096, 1)]
    [InlineData(300_000, 100_000, 1024, 64)]
    public void A_band_is_made_to_fit_memory(int width, int height, int tileSize, int bandRows)
    {
        var info = new ImageInfo(width, height, new(3, 8));
        Tiling fitted = MemoryPlan.Fit(new(tileSize, bandRows), info);
        int rows = Math.Min(height, fitted.TileSize * fitted.BandRows);
        bool fits = PlanarBuffer.BytesOf(width, rows, 3) <= MemoryPlan.MaxBandBytes;
        Assert.True(fits || fitted is { TileSize: <= 64, BandRows: 1 });
        if (PlanarBuffer.BytesOf(width, Math.Min(height, tileSize * bandRows), 3) <= MemoryPlan.MaxBandBytes)
            Assert.Equal(new(tileSize, bandRows), fitted);
    }

    private static async Task<byte[]> EncodeTall(IProgress<CodingProgress>? progress = null)
    {
        using var file = new MemoryStream();
        await Codec.Encoder(new RawModel()).EncodeAsync(new SyntheticSource(Tall), file, progress);
        return file.ToArray();
    }

    /// <summary>Encodes, and does something at a call of the source (0), the model (1) or the destination (2).</summary>
    private static void EncodeWith(int stage, int call, Action act, CancellationToken token, out Exception? exception, out SyntheticSource source)
    {
        int coded = 0, written = 0;
        var reading = source = new SyntheticSource(Tall) { Reading = i => ActIf(stage == 0 && i == call) };
        var model = new RawModel { Encoding = _ => ActIf(stage == 1 && Interlocked.Increment(ref coded) == call + 1) };
        using var destination = new HookedStream(stopping =>
        {
            ActIf(stage == 2 && written++ == call);
            stopping.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        });
        exception = Record.Exception(() => Codec.Encoder(model).EncodeAsync(reading, destination, null, token).WaitAsync(Long).GetAwaiter().GetResult());

        void ActIf(bool now)
        {
            if (now)
                act();
        }
    }

    /// <summary>Decodes, and does something at a call of the sink (0) or the model (1).</summary>
    private static void DecodeWith(byte[] file, int stage, int call, Action act, CancellationToken token, out Exception? exception, out CheckingSink sink)
    {
        int decoded = 0;
        var writing = sink = new CheckingSink
        {
            Writing = (i, stopping) =>
            {
                if (stage == 0 && i == call)
                    act();
                stopping.ThrowIfCancellationRequested();
                return Task.CompletedTask;
            },
        };
        var model = new RawModel
        {
            Decoding = _ =>
            {
                if (stage == 1 && Interlocked.Increment(ref decoded) == call + 1)
                    act();
            },
        };
        exception = Record.Exception(
            () => Codec.Decoder(model).DecodeAsync(new MemoryStream(file), writing, null, token).WaitAsync(Long).GetAwaiter().GetResult());
    }

    private static void AssertDisposed(IEnumerable<PlanarBuffer> buffers) =>
        Assert.All(buffers, b => Assert.Throws<ObjectDisposedException>(() => b.Row(0, 0).Length));

    /// <summary>Waits until a count reaches a number, and then whether it goes beyond.</summary>
    private static async Task AssertStaysAt(int expected, Func<int> count)
    {
        for (var waited = Stopwatch.StartNew(); count() < expected && waited.Elapsed < Long;)
            await Task.Delay(5);
        await Task.Delay(150);
        Assert.Equal(expected, count());
    }

    private sealed class Counter : IProgress<CodingProgress>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Report(CodingProgress value) => Interlocked.Increment(ref _count);
    }

    private sealed class Callback(Action<CodingProgress> action) : IProgress<CodingProgress>
    {
        public void Report(CodingProgress value) => action(value);
    }
}
