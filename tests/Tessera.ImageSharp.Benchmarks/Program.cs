using System.Diagnostics;
using System.Globalization;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Tessera;
using Tessera.ImageSharp;
using Tessera.Netpbm;

// Encodes or decodes a photograph, a PPM file of 8 bits, once: with the codec alone, or through ImageSharp. In both cases the image is in
// memory as it came, three bytes a pixel, and the file is in memory too. A run is a process, since peak memory is a process's.
if (args is not [string way and ("codec" or "imagesharp"), string task and ("save" or "load"), string path])
{
    Console.Error.WriteLine("codec|imagesharp save|load PHOTOGRAPH.ppm");
    return 2;
}

byte[] ppm = File.ReadAllBytes(path);
ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
var encoder = new Tessera.TesseraEncoder(new() { Registry = registry });
var decoder = new Tessera.TesseraDecoder(new() { Registry = registry });
Configuration.Default.Configure(new TesseraConfigurationModule(registry));
using var file = new MemoryStream(ppm.Length);

if (task == "load")
{
    IRasterSource source = await OpenAsync();
    await encoder.EncodeAsync(source, file);
    file.Position = 0;
}

using Image<Rgb24>? image = (way, task) == ("imagesharp", "save") ? Image.Load<Rgb24>(ppm) : null;
if (way == "imagesharp" || task == "load")
    ppm = [];

GC.Collect();
using var process = Process.GetCurrentProcess();
(TimeSpan cpu, long start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
switch (way, task)
{
    case ("codec", "save"):
        await encoder.EncodeAsync(await OpenAsync(), file);
        break;
    case ("codec", _):
        await decoder.DecodeToRasterAsync(file);
        break;
    case (_, "save"):
        image!.Save(file, TesseraFormat.Instance);
        break;
    default:
        Image.Load<Rgb24>(file).Dispose();
        break;
}

process.Refresh();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{way} {task}: {(process.TotalProcessorTime - cpu).TotalSeconds:f2} s of processor time, {Stopwatch.GetElapsedTime(start).TotalSeconds:f2} s, {file.Length} bytes, peak of the process {process.PeakWorkingSet64 / 1e6:f0} MB"));
return 0;

ValueTask<IRasterSource> OpenAsync() => new NetpbmFormat().OpenAsync(new MemoryStream(ppm, writable: false), RasterLimits.Default);
