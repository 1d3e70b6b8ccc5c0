using System.Diagnostics;
using Tessera.Cli.Benchmarks.Measuring;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>What is measured of processes, and how pictures are compared.</summary>
public sealed class MeasuringTests
{
    [ProgramFact("sh")]
    public async Task A_process_that_sleeps_takes_time_and_hardly_any_of_a_processor()
    {
        ProcessRun run = await Shell("sleep 0.4; echo out; echo one >&2; echo two >&2; exit 3");
        Assert.Equal((3, "out\n", "one\ntwo\n", "two"), (run.ExitCode, run.Output, run.Error, run.LastLine));
        Assert.True(run.Cost.Wall >= TimeSpan.FromSeconds(0.4));
    }

    [ProgramFact("sh")]
    public async Task A_process_that_works_takes_processor_time_and_so_do_its_children()
    {
        const string Count = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        foreach (string script in (string[])[Count, $"sh -c '{Count}'"])
        {
            ProcessRun run = await Shell(script);
            Assert.True(run.Cost.Processor > TimeSpan.FromMilliseconds(20), $"{run.Cost.Processor}");
        }
    }

    [ProgramFact("dd", "sleep")]
    public async Task Memory_is_that_of_the_process_and_not_of_the_one_that_started_it()
    {
        if (!OperatingSystem.IsLinux())
            return;
        ProcessRun large = await ProcessMeter.RunAsync("/bin/dd", ["if=/dev/zero", "of=/dev/null", "bs=100M", "count=20"], default);
        Assert.InRange(large.Cost.PeakBytes!.Value, 100_000_000, 130_000_000);
        ProcessRun small = await ProcessMeter.RunAsync("/bin/sleep", ["0.2"], default);
        Assert.InRange(small.Cost.PeakBytes!.Value, 100_000, 10_000_000);
        Assert.True(Environment.WorkingSet > 30_000_000);
    }

    [ProgramFact("sh")]
    public async Task A_process_is_ended_with_its_children_when_the_work_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        long start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ProcessMeter.RunAsync("/bin/sh", ["-c", "sleep 600; sleep 600"], cancellation.Token));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_an_error()
    {
        ToolException e = await Assert.ThrowsAsync<ToolException>(() => ProcessMeter.RunAsync(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), [], default));
        Assert.Equal(ExitCode.InputOutput, e.ExitCode);
    }

    [Theory]
    [InlineData(1, 8, 3, 8, 1)] // grey as RGB
    [InlineData(1, 1, 1, 8, 255)] // one bit as eight
    [InlineData(3, 8, 4, 8, 1)] // alpha that is full everywhere
    [InlineData(2, 4, 4, 16, 4369)] // all at once
    [InlineData(3, 16, 3, 16, 1)]
    public async Task Pictures_are_equal_if_they_show_the_same(int channels, int depth, int otherChannels, int otherDepth, int factor)
    {
        using Raster a = Noise(channels, depth), b = Widen(a, otherChannels, otherDepth, factor);
        Assert.Null(await Compare(a, b));
        Assert.Null(await Compare(b, a));

        // The last sample of each plane counts.
        for (int channel = 0; channel < otherChannels; channel++)
        {
            FlipLast(b, channel);
            Assert.NotNull(await Compare(a, b));
            Assert.NotNull(await Compare(b, a));
            FlipLast(b, channel);
        }
    }

    [Fact]
    public async Task Pictures_of_other_sizes_are_not_equal()
    {
        using Raster a = Raster.Create(new(4, 6, new(3, 8))), b = Raster.Create(new(6, 4, new(3, 8)));
        Assert.Equal("It is 6 x 4 with 1 frame(s) instead of 4 x 6 with 1.", await Compare(a, b));
    }

    [Fact]
    public async Task The_first_difference_is_named()
    {
        using Raster a = Raster.Create(new(5, 3, new(3, 8))), b = Raster.Create(new(5, 3, new(3, 8)));
        b.Frames[0].Samples.Row(1, 2)[4] = 9;
        Assert.Equal("Channel 1 differs at column 4, row 2: 9 of 255 instead of 0 of 255.", await Compare(a, b));
    }

    private static void FlipLast(Raster raster, int channel) => raster.Frames[0].Samples.Plane(channel)[^1] ^= 1;

    private static Task<string?> Compare(Raster a, Raster b) => PixelComparison.FindDifferenceAsync(a.AsSource(), b.AsSource(), default);

    private static Task<ProcessRun> Shell(string script) => ProcessMeter.RunAsync("/bin/sh", ["-c", script], default);

    private static Raster Noise(int channels, int depth)
    {
        var raster = Raster.Create(new(7, 5, new(channels, depth, channels % 2 == 0 ? AlphaKind.Straight : AlphaKind.None)));
        var random = new Random(channels);
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (ref ushort sample in raster.Frames[0].Samples.Plane(channel))
                sample = (ushort)random.Next(1 << depth);
        }

        return raster;
    }

    private static Raster Widen(Raster source, int channels, int depth, int factor)
    {
        SampleFormat from = source.Info.Format;
        var raster = Raster.Create(new(source.Info.Width, source.Info.Height, new(channels, depth, channels % 2 == 0 ? AlphaKind.Straight : AlphaKind.None)));
        for (int channel = 0; channel < channels; channel++)
        {
            bool isAlpha = channel == raster.Info.Format.ColorChannels;
            Span<ushort> target = raster.Frames[0].Samples.Plane(channel);
            if (isAlpha && from.Alpha == AlphaKind.None)
            {
                target.Fill((ushort)raster.Info.WhiteLevel);
                continue;
            }

            Span<ushort> samples = source.Frames[0].Samples.Plane(isAlpha ? from.Channels - 1 : Math.Min(channel, from.ColorChannels - 1));
            for (int i = 0; i < target.Length; i++)
                target[i] = (ushort)(samples[i] * factor);
        }

        return raster;
    }
}
