using Tessera.Cli.Viewing;
using Tessera.Container;

namespace Tessera.Cli.Tests;

public sealed class SegmentCacheTests
{
    private static readonly TileGrid Grid = new(16, 16, 1, 16, 1);
    private static readonly DecodedSegment Segment = DecodedSegment.Lost(new IndexEntry(0, 0, 0, 1, 0, 1), Grid);

    [Fact]
    public async Task It_never_holds_more_than_its_capacity()
    {
        var cache = new SegmentCache(1000);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            int key = random.Next(60);
            await cache.GetAsync(new(0, key), (key * 37 % 1200) + 1, evicts: i % 3 > 0, () => Task.FromResult(Segment));
            Assert.InRange(cache.Bytes, 0, 1000);
        }

        Assert.InRange(cache.Bytes, 500, 1000);
    }

    [Fact]
    public async Task What_was_not_asked_for_the_longest_goes_first()
    {
        var cache = new SegmentCache(3);
        foreach (int key in (int[])[1, 2, 3, 1, 4])
            await GetAsync(cache, key);
        Assert.False(await GetAsync(cache, 1));
        Assert.False(await GetAsync(cache, 3));
        Assert.False(await GetAsync(cache, 4));
        Assert.True(await GetAsync(cache, 2));
    }

    [Fact]
    public async Task What_does_not_evict_is_kept_only_where_there_is_room()
    {
        var cache = new SegmentCache(2);
        Assert.True(await GetAsync(cache, 1, evicts: false));
        Assert.True(await GetAsync(cache, 2, evicts: false));
        Assert.True(await GetAsync(cache, 3, evicts: false));
        Assert.True(await GetAsync(cache, 3, evicts: false));
        Assert.False(await GetAsync(cache, 1, evicts: false));
    }

    [Fact]
    public async Task Who_asks_for_what_is_being_decoded_waits_for_it()
    {
        var cache = new SegmentCache(10);
        var decoding = new TaskCompletionSource<DecodedSegment>();
        Task<DecodedSegment> first = cache.GetAsync(new(0, 1), 1, true, () => decoding.Task);
        Task<DecodedSegment> second = cache.GetAsync(new(0, 1), 1, true, () => throw new InvalidOperationException("It is decoded twice."));
        decoding.SetResult(Segment);
        Assert.Same(await first, await second);
    }

    [Fact]
    public async Task What_failed_is_tried_again()
    {
        var cache = new SegmentCache(10);
        await Assert.ThrowsAsync<IOException>(() => cache.GetAsync(new(0, 1), 1, true, () => Task.FromException<DecodedSegment>(new IOException())));
        SpinWait.SpinUntil(() => cache.Bytes == 0, TimeSpan.FromMinutes(1));
        Assert.True(await GetAsync(cache, 1));
    }

    [Fact]
    public async Task Images_do_not_share_segments()
    {
        var cache = new SegmentCache(10);
        await cache.GetAsync(new(0, 1), 1, true, () => Task.FromResult(Segment));
        var other = DecodedSegment.Lost(new IndexEntry(0, 0, 0, 1, 0, 1), Grid);
        Assert.Same(other, await cache.GetAsync(new(1, 1), 1, true, () => Task.FromResult(other)));
    }

    /// <summary>Asks for a segment of one byte.</summary>
    /// <returns>Whether it had to be decoded.</returns>
    private static async Task<bool> GetAsync(SegmentCache cache, int key, bool evicts = true)
    {
        bool decoded = false;
        await cache.GetAsync(new(0, key), 1, evicts, () =>
        {
            decoded = true;
            return Task.FromResult(Segment);
        });
        return decoded;
    }
}
