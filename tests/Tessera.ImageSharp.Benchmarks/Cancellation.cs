using System.Diagnostics;
using System.Globalization;
using SixLabors.ImageSharp;
using Tessera.ImageSharp;

/// <summary>How long work goes on after it is cancelled.</summary>
internal static class Cancellation
{
    private const int Times = 20;

    /// <summary>Cancels the saving of a photograph, and its loading, at many moments, and prints the median and the maximum.</summary>
    public static async Task MeasureAsync(string path)
    {
        Configuration.Default.Configure(new TesseraConfigurationModule());
        using Image image = await Image.LoadAsync(path);
        foreach (int effort in new[] { 1, 5, 9 })
            await MeasureAsync($"save, effort {effort}", token => image.SaveAsTesseraAsync(new MemoryStream(), new TesseraEncoder { Effort = effort }, token));

        using var file = new MemoryStream();
        image.SaveAsTessera(file);
        await MeasureAsync("load", token =>
        {
            file.Position = 0;
            return Image.LoadAsync(file, token);
        });
    }

    private static async Task MeasureAsync(string name, Func<CancellationToken, Task> begin)
    {
        var needed = new List<double>();
        for (int i = 0; i < Times; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task work = begin(cancel.Token);
            await Task.Delay(50 + (i * 97), CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            await cancel.CancelAsync();
            try
            {
                await work;
            }
            catch (OperationCanceledException)
            {
                needed.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        needed.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: cancelled {needed.Count} times; ended after {needed[needed.Count / 2]:f0} ms (median), {needed[^1]:f0} ms at most"));
    }
}
