using Tessera.Container;
using Tessera.Tests.Support;

namespace Tessera.Tests;

/// <summary>
/// Faults at every call that a coder makes: of the streams, the image's source and sink, and the model. Each ends the work at once with its own exception, nothing hangs,
/// and what was rented from pools comes back.
/// </summary>
public class FaultTests
{
    private const int MostCalls = 2000;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    // Three bands of two segments in each of two frames.
    private static readonly TileGrid Grid = new(12, 12, 2, 4, 1);
    private static readonly byte[] File = WriteFile();

    /// <summary>Everything that reads or writes: what it does with the calls that it is given.</summary>
    public static TheoryData<string> Works => [.. AllWorks.Keys];

    private static Dictionary<string, Func<Calls, CancellationToken, Task>> AllWorks { get; } = new()
    {
        ["encode"] = async (calls, token) =>
        {
            using Raster image = Image();
            await Codec.Encoder(Model(calls)).EncodeAsync(new CountedSource(image.AsSource(), calls), new CountedStream([], calls), null, token);
        },
        ["decode"] = (calls, token) => DecodeAsync(calls, RecoveryMode.None, token),
        ["recover"] = (calls, token) => DecodeAsync(calls, RecoveryMode.SkipDamage, token),
        ["region"] = async (calls, token) =>
        {
            using Raster part = await Codec.Decoder(new RawModel()).DecodeRegionAsync(new CountedStream(File, calls), 1, new(2, 3, 9, 7), token);
        },
        ["inspect"] = (calls, token) => TesseraInspector.InspectAsync(new CountedStream(File, calls, 50, seeks: false), cancellationToken: token),
        ["repair"] = async (calls, token) =>
        {
            byte[] damaged = [.. File];
            damaged[Chunks.Segment(File, 4).Offset + 20] ^= 1;
            await new TesseraRepairer(new() { Registry = Codec.Registry(new RawModel()) }).RepairAsync(
                new CountedStream(damaged, calls, 100), new CountedStream([], calls), null, token);
        },
        ["identify"] = (calls, token) => Codec.Decoder(new RawModel()).IdentifyAsync(new CountedStream(File, calls, 5, seeks: false), token),
    };

    [Theory]
    [MemberData(nameof(Works))]
    public async Task An_error_at_any_call_is_the_one_that_surfaces(string work)
    {
        var failure = new IOException("No space left on device");
        await AtEveryCall(work, _ => throw failure, exception => Assert.Same(failure, Root(exception)));
    }

    [Theory]
    [MemberData(nameof(Works))]
    public async Task Cancellation_at_any_call_ends_the_work(string work)
    {
        for (int at = 0; at < MostCalls; at++)
        {
            using var cancel = new CancellationTokenSource();
            var calls = new Calls(at, async _ => await cancel.CancelAsync());
            Exception? exception = await PoolWatch.Run(() => AllWorks[work](calls, cancel.Token).WaitAsync(Long));
            if (!calls.Came)
                return;

            // What was all but done may be done.
            if (exception is not null)
                Assert.IsAssignableFrom<OperationCanceledException>(exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Theory]
    [MemberData(nameof(Works))]
    public async Task What_stalls_is_left_when_it_is_cancelled(string work)
    {
        for (int at = 0; at < MostCalls; at++)
        {
            using var cancel = new CancellationTokenSource();
            bool stalled = false;
            var calls = new Calls(at, async token =>
            {
                // A model's calls get no token: it is asked for nothing then.
                if (!token.CanBeCanceled)
                    return;
                stalled = true;
                cancel.CancelAfter(1);
                await Task.Delay(Timeout.Infinite, token);
            });
            Exception? exception = await PoolWatch.Run(() => AllWorks[work](calls, cancel.Token).WaitAsync(Long));
            if (!calls.Came)
                return;
            if (stalled)
                Assert.IsAssignableFrom<OperationCanceledException>(exception);
            else
                Assert.Null(exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Fact]
    public async Task Bytes_that_come_one_at_a_time_are_the_same_file()
    {
        using Raster image = Image();
        foreach (int length in new[] { 1, 2, 7 })
        {
            await using var stream = new CountedStream(File, new(-1, _ => Task.CompletedTask), length, seeks: false);
            using Raster back = await Codec.Decoder(new RawModel()).DecodeToRasterAsync(stream);
            Assert.True(image.HasSamePixels(back));
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_at_any_write_or_flush_ends_the_encoder_with_that_error()
    {
        using Raster image = Image();
        for (int at = 0; at < MostCalls; at++)
        {
            var failure = new IOException("No space left on device");
            var calls = new Calls(at, _ => throw failure);
            await using var disk = new CountedStream([], calls);
            Exception? exception = await PoolWatch.Run(() => Codec.Encoder(new RawModel { Tiling = new(4, 1), SegmentTiles = 2 })
                .EncodeAsync(image.AsSource(), disk).WaitAsync(Long));
            if (!calls.Came)
            {
                Assert.Null(exception);
                Assert.Equal(File, disk.ToArray());
                return;
            }

            Assert.Same(failure, exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Theory]
    [InlineData(RecoveryMode.None)]
    [InlineData(RecoveryMode.SkipDamage)]
    public async Task A_model_that_fails_at_any_segment_costs_that_segment(RecoveryMode recovery)
    {
        using Raster image = Image();
        int segments = Chunks.List(File).Count(c => c.Type == "SEGM");
        for (int at = 0; at < segments; at++)
        {
            var failure = new DivideByZeroException("as planned");
            var calls = new Calls(at, _ => throw failure);
            Exception? exception = await PoolWatch.Run(async () =>
            {
                await using var sink = new RasterSink();
                DecodeSummary summary = await Codec.Decoder(new RawModel { Decoding = _ => calls.Next() }, recovery, threads: 1)
                    .DecodeAsync(new MemoryStream(File), sink).WaitAsync(Long);
                LostTiles lost = Assert.Single(summary.LostTiles);
                Assert.Equal(at % 2 == 0 ? 2 : 1, lost.TileCount);
                using Raster back = sink.TakeRaster();
                AssertEqualOrLost(image, back, summary);
            });
            if (recovery == RecoveryMode.None)
                Assert.Same(failure, Assert.IsType<TesseraFormatException>(exception).InnerException);
            else
                Assert.Null(exception);
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_any_byte_is_an_error_and_for_recovery_costs_its_segment()
    {
        using Raster image = Image();
        for (int i = 0; i < File.Length; i++)
        {
            byte[] damaged = [.. File];
            damaged[i] ^= (byte)(1 << (i % 8));
            await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(damaged));
            await AssertRecovers(image, damaged, mostLost: 1, isWhole: false);
        }
    }

    [Fact]
    public async Task A_file_of_any_length_gives_what_it_holds_for_recovery()
    {
        using Raster image = Image();
        for (int length = 0; length < File.Length; length++)
        {
            await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(File[..length]));
            int held = Chunks.List(File).Count(c => c.Type == "SEGM" && c.Offset + c.Length <= length);
            await AssertRecovers(image, File[..length], mostLost: 12 - held, isWhole: false, leastLost: 12 - held);
        }
    }

    [Fact]
    public async Task Chunks_that_are_missing_doubled_or_swapped_are_an_error_and_for_recovery_cost_no_more_than_they_hold()
    {
        using Raster image = Image();
        List<(string Type, int Offset, int Length)> chunks = Chunks.List(File);
        for (int i = 1; i < chunks.Count; i++)
        {
            await Check([.. chunks[..i], .. chunks[(i + 1)..]], 1);
            await Check([.. chunks[..i], chunks[i], .. chunks[i..]], 0);
            for (int j = i + 1; j < chunks.Count; j++)
            {
                (string Type, int Offset, int Length)[] swapped = [.. chunks];
                (swapped[i], swapped[j]) = (swapped[j], swapped[i]);

                // All between them may come too late or too early; what follows the index is none of the file.
                await Check(swapped, chunks[j].Type == "INDX" ? 12 : j - i + 1);
            }
        }

        async Task Check(IReadOnlyList<(string Type, int Offset, int Length)> order, int mostLost)
        {
            byte[] changed = [.. File[..8], .. order.SelectMany(c => File[c.Offset..(c.Offset + c.Length)])];
            if (changed.AsSpan().SequenceEqual(File))
                return;
            await Assert.ThrowsAsync<TesseraFormatException>(() => Codec.DecodeAsync(changed));
            await AssertRecovers(image, changed, mostLost, isWhole: false);
        }
    }

    private static async Task AtEveryCall(string work, Func<CancellationToken, Task> act, Action<Exception> check)
    {
        for (int at = 0; at < MostCalls; at++)
        {
            var calls = new Calls(at, act);
            Exception? exception = await PoolWatch.Run(() => AllWorks[work](calls, default).WaitAsync(Long));
            if (!calls.Came)
            {
                Assert.Null(exception);
                Assert.True(at > 5, "There are few calls.");
                return;
            }

            check(exception!);
        }

        Assert.Fail("There is no end to the calls.");
    }

    private static async Task DecodeAsync(Calls calls, RecoveryMode recovery, CancellationToken token)
    {
        await using var sink = new RasterSink();
        await Codec.Decoder(new RawModel(), recovery).DecodeAsync(new CountedStream(File, calls, 100, seeks: false), new CountedSink(sink, calls), null, token);
    }

    /// <summary>Recovers, and checks that what is not lost is the image; a file whose header is damaged cannot be recovered.</summary>
    private static async Task AssertRecovers(Raster image, byte[] file, int mostLost, bool isWhole, int leastLost = 0)
    {
        await using var sink = new RasterSink();
        DecodeSummary summary;
        try
        {
            summary = await Codec.Decoder(new RawModel(), RecoveryMode.SkipDamage).DecodeAsync(new MemoryStream(file), sink).WaitAsync(Long);
        }
        catch (TesseraFormatException e)
        {
            Assert.InRange(e.Offset, 0, file.Length);
            Assert.False(file.AsSpan().StartsWith(File.AsSpan(0, Chunks.List(File)[1].Offset)));
            return;
        }

        using Raster back = sink.TakeRaster();
        Assert.Equal(isWhole, summary.IsWhole);
        AssertEqualOrLost(image, back, summary);
        long lost = Chunks.List(File).Where(c => c.Type == "SEGM").Select((_, i) => (i / 2 * 3L) + (i % 2 * 2))
            .Count(first => summary.LostTiles.Any(l => l.FirstTile <= first && first < l.FirstTile + l.TileCount));
        Assert.InRange(lost, leastLost, mostLost);
    }

    private static void AssertEqualOrLost(Raster image, Raster back, DecodeSummary summary)
    {
        for (long tile = 0; tile < Grid.TileCount; tile++)
        {
            bool isLost = summary.LostTiles.Any(l => l.FirstTile <= tile && tile < l.FirstTile + l.TileCount);
            PixelRectangle bounds = Grid.TileBounds(tile);
            int frame = (int)(tile / Grid.TilesPerFrame);
            for (int y = bounds.Y; y < bounds.Bottom; y++)
            {
                Span<ushort> row = back.Frames[frame].Samples.Row(0, y).Slice(bounds.X, bounds.Width);
                Assert.True(isLost ? !row.ContainsAnyExcept((ushort)0) : row.SequenceEqual(image.Frames[frame].Samples.Row(0, y).Slice(bounds.X, bounds.Width)));
            }
        }
    }

    private static Exception Root(Exception exception) => exception is TesseraFormatException { InnerException: { } inner } ? inner : exception;

    private static RawModel Model(Calls calls) => new() { Tiling = new(4, 1), SegmentTiles = 2, Encoding = _ => calls.Next() };

    private static Raster Image() => TestImages.Noise(12, 12, channels: 1, frames: 2);

    private static byte[] WriteFile()
    {
        using Raster image = Image();
        return Codec.EncodeAsync(image, new RawModel { Tiling = new(4, 1), SegmentTiles = 2 }).GetAwaiter().GetResult();
    }
}
