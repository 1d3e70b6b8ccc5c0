using System.Diagnostics;
using System.Globalization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Tessera;
using Tessera.ImageSharp;
using Tessera.Netpbm;

// Saves a photograph or loads one, once: with the codec alone, or through ImageSharp. What is saved is in memory before, three bytes a
// pixel. A run is a process, since peak memory is a process's. Or saves, and cancels that, again and again.
if (args is ["cancel", string photograph])
{
    await Cancellation.MeasureAsync(photograph);
    return 0;
}

if (args is not [("codec" or "imagesharp") and string way, ("save" or "load") and string task, string path])
{
    Console.Error.WriteLine("codec|imagesharp save PHOTOGRAPH.ppm, codec|imagesharp load FILE.tsra, or cancel PHOTOGRAPH.ppm");
    return 2;
}

ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
Configuration.Default.Configure(new TesseraConfigurationModule(registry));
using Image<Rgb24>? image = way == "imagesharp" && task == "save" ? Image.Load<Rgb24>(path) : null;
using var input = new MemoryStream(image is null ? File.ReadAllBytes(path) : [], writable: false);
using var output = new MemoryStream();

using var process = Process.GetCurrentProcess();
(TimeSpan cpu, long start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
if (image is not null)
    image.Save(output, TesseraFormat.Instance);
else if (way == "imagesharp")
    Image.Load<Rgb24>(input).Dispose();
else if (task == "save")
    await new Tessera.TesseraEncoder(new() { Registry = registry }).EncodeAsync(await new NetpbmFormat().OpenAsync(input, RasterLimits.Default), output);
else
    (await new Tessera.TesseraDecoder(new() { Registry = registry }).DecodeToRasterAsync(input)).Dispose();

process.Refresh();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{way} {task}: {(process.TotalProcessorTime - cpu).TotalSeconds:f2} s of processor time, {Stopwatch.GetElapsedTime(start).TotalSeconds:f2} s, peak of the process {process.PeakWorkingSet64 / 1e6:f0} MB"));
return 0;
