using System.Diagnostics;
using System.Globalization;
using Tessera.Netpbm;

namespace Tessera.Scale.Tests;

/// <summary>
/// The tests' own program, for <c>tests/scale/run</c>: <c>draw WIDTH HEIGHT CHANNELS</c> writes the picture to standard output as Netpbm,
/// <c>check LEFT TOP</c> compares what comes through standard input with that part of it, <c>region FILE LEFT TOP SIDE</c> times the decoding of
/// such a part, <c>small COUNT</c> and <c>concurrent COUNT</c> code so many images one after another and at once.
/// </summary>
internal static class Program
{
    private const long Megabyte = 1 << 20;

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["region", var file, .. var place])
            return await DecodeRegionAsync(file, [.. place.Select(a => int.Parse(a, CultureInfo.InvariantCulture))]);
        int[] numbers = [.. arguments.Skip(1).Select(a => int.Parse(a, CultureInfo.InvariantCulture))];
        switch (arguments[0], numbers)
        {
            case ("draw", [var width, var height, var channels]):
                return await DrawAsync(width, height, channels);
            case ("check", [var left, var top]):
                return await CheckAsync(left, top);
            case ("small", [var count]):
                return await CodeSmallAsync(count);
            case ("concurrent", [var count]):
                return await CodeAtOnceAsync(count);
            default:
                throw new ArgumentException($"There is no command {string.Join(' ', arguments)}.");
        }
    }

    private static async Task<int> DrawAsync(int width, int height, int channels)
    {
        await using Stream output = Console.OpenStandardOutput();
        await using IRasterSink sink = new NetpbmFormat().Create(output, ".pnm");
        await new PictureSource(width, height, channels).CopyToAsync(sink);
        return 0;
    }

    private static async Task<int> CheckAsync(int left, int top)
    {
        await using Stream input = Console.OpenStandardInput();
        await using IRasterSource source = await new NetpbmFormat().OpenAsync(input, RasterLimits.Default);
        await using var check = new PictureCheck(left, top);
        await source.CopyToAsync(check);
        Console.WriteLine($"{source.Info.Width} x {check.Rows} pixels at {left}, {top} are those that were drawn");
        return 0;
    }

    private static async Task<int> DecodeRegionAsync(string file, int[] place)
    {
        const int Times = 21;
        TimeSpan[] taken = await Work.DecodeRegionAsync(file, new(place[0], place[1], place[2], place[2]), Times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{place[2]} x {place[2]} pixels at {place[0]}, {place[1]}: {taken[0].TotalSeconds:F2} s the first time, {taken.Order().ElementAt(Times / 2).TotalSeconds:F2} s in the median of {Times}"));
        return 0;
    }

    private static async Task<int> CodeSmallAsync(int count)
    {
        var watch = Stopwatch.StartNew();
        Footprint first = default, last = default;
        Console.WriteLine("images\theap, MB\tresident, MB\tthreads\tseconds");
        for (int tenth = 0; tenth < 10; tenth++)
        {
            await Work.CodeSmallAsync(tenth * (count / 10), count / 10);
            last = Footprint.Now();
            first = tenth == 0 ? last : first;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(tenth + 1) * (count / 10)}\t{(double)last.Heap / Megabyte:F2}\t{(double)last.Resident / Megabyte:F0}\t{last.Threads}\t{watch.Elapsed.TotalSeconds:F0}"));
        }

        return last.Heap - first.Heap < Megabyte && last.Resident - first.Resident < 32 * Megabyte ? 0 : 1;
    }

    private static async Task<int> CodeAtOnceAsync(int count)
    {
        var watch = Stopwatch.StartNew();
        int equal = await Work.CodeAtOnceAsync(count);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{equal} of {count} files encoded at once are those of serial runs, {count} of {count} decoded at once; {watch.Elapsed.TotalSeconds:F0} seconds"));
        return equal == count ? 0 : 1;
    }
}
