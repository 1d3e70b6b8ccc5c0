using Tessera.Tests.Support;

namespace Tessera.Formats.Tests;

/// <summary>Faults of the streams that an image format reads and writes: each ends the work with its own exception, and what was rented from pools comes back.</summary>
public abstract class FormatFaultTestsBase
{
    private const int MostCalls = 500;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    protected abstract IRasterFormat Format { get; }

    [Fact]
    public async Task A_disk_that_is_full_at_any_write_or_flush_ends_the_writer_with_that_error()
    {
        using Raster image = Image();
        for (int at = 0; at < MostCalls; at++)
        {
            var failure = new IOException("No space left on device");
            var calls = new Calls(at, _ => throw failure);
            Exception? exception = await PoolWatch.Run(() => WriteAsync(image, new CountedStream([], calls, seeks: false), default).WaitAsync(Long));
            if (!calls.Came)
            {
                Assert.Null(exception);
                Assert.True(at > 1);
                return;
            }

            Assert.Same(failure, exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Fact]
    public async Task An_error_at_any_read_is_the_one_that_surfaces()
    {
        byte[] file = await FileAsync();
        for (int at = 0; at < MostCalls; at++)
        {
            var failure = new IOException("The disk is gone.");
            var calls = new Calls(at, _ => throw failure);
            Exception? exception = await PoolWatch.Run(() => ReadAsync(new CountedStream(file, calls, 100, seeks: false), default).WaitAsync(Long));
            if (!calls.Came)
            {
                Assert.Null(exception);
                Assert.True(at > 5);
                return;
            }

            Assert.Same(failure, exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_stalls_at_any_call_is_left_when_it_is_cancelled(bool reading)
    {
        using Raster image = Image();
        byte[] file = await FileAsync();
        for (int at = 0; at < MostCalls; at++)
        {
            using var cancel = new CancellationTokenSource();
            var calls = new Calls(at, async token =>
            {
                cancel.CancelAfter(1);
                await Task.Delay(Long, token);
            });
            Exception? exception = await PoolWatch.Run(() => reading
                ? ReadAsync(new CountedStream(file, calls, 100, seeks: false), cancel.Token)
                : WriteAsync(image, new CountedStream([], calls, seeks: false), cancel.Token));
            if (!calls.Came)
                return;
            Assert.IsAssignableFrom<OperationCanceledException>(exception);
        }

        Assert.Fail("There is no end to the calls.");
    }

    [Fact]
    public async Task Bytes_that_come_one_at_a_time_are_the_same_image()
    {
        using Raster image = Image();
        await using IRasterSource source = await Format.OpenAsync(new CountedStream(await FileAsync(), new(-1, _ => Task.CompletedTask), 1, seeks: false), RasterLimits.Default);
        using Raster back = await Raster.ReadAsync(source);
        Assert.True(image.HasSamePixels(back));
    }

    private async Task<byte[]> FileAsync()
    {
        using Raster image = Image();
        using var file = new MemoryStream();
        await WriteAsync(image, file, default);
        return file.ToArray();
    }

    private async Task WriteAsync(Raster image, Stream stream, CancellationToken cancellationToken)
    {
        await using IRasterSink sink = Format.Create(stream);
        await image.AsSource().CopyToAsync(sink, cancellationToken: cancellationToken);
    }

    private async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using IRasterSource source = await Format.OpenAsync(stream, RasterLimits.Default, cancellationToken);
        using Raster image = await Raster.ReadAsync(source, cancellationToken: cancellationToken);
    }

    private static Raster Image()
    {
        var image = Raster.Create(new(40, 30, new(3, 8)));
        var random = new Random(1);
        for (int channel = 0; channel < 3; channel++)
        {
            foreach (ref ushort sample in image.Frames[0].Samples.Plane(channel))
                sample = (ushort)random.Next(256);
        }

        return image;
    }
}
