using System.Diagnostics;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

public sealed class CancellationTests
{
    // Work ends within the rows that are being coded, some milliseconds each; on a busy machine it may wait for its turn.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_save_that_is_cancelled_ends_at_once_and_leaves_nothing_in_the_stream()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(4000, 3000);
        using var file = new MemoryStream();
        file.Write([1, 2, 3]);
        using var cancel = new CancellationTokenSource();
        Task saving = image.SaveAsTesseraAsync(file, new TesseraEncoder { Effort = 9 }, cancel.Token);
        await Task.Delay(300, CancellationToken.None);
        Assert.False(saving.IsCompleted);
        long start = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Patience);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal((3, 3), (file.Position, file.Length));
    }

    [Fact]
    public async Task A_load_that_is_cancelled_ends_at_once()
    {
        using Image<Rgb24> image = Sharp.Random<Rgb24>(2000, 1000);
        using var file = new MemoryStream(Sharp.Save(image));
        using var cancel = new CancellationTokenSource();
        long start = 0;
        using var stream = new CountingStream(file, canSeek: true)
        {
            Reading = bytes =>
            {
                if (bytes > file.Length / 2 && !cancel.IsCancellationRequested)
                {
                    start = Stopwatch.GetTimestamp();
                    cancel.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Image.LoadAsync(Sharp.Options, stream, cancel.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Patience);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_does_not_begin()
    {
        var cancelled = new CancellationToken(canceled: true);
        using Image<Rgb24> image = Sharp.Random<Rgb24>(3, 3);
        using var file = new MemoryStream();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => image.SaveAsTesseraAsync(file, cancelled));
        Assert.Equal(0, file.Length);

        file.Write(Sharp.Save(image));
        file.Position = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Image.LoadAsync(Sharp.Options, file, cancelled));
        file.Position = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Image.IdentifyAsync(Sharp.Options, file, cancelled));
    }
}
