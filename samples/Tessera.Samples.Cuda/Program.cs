// Encodes a PNG image with a network on the first CUDA device, decodes it again on the processors, and says whether all pixels are the same.
using System.Diagnostics;
using Tessera;
using Tessera.Exact;
using Tessera.Models.IdfPlusPlus;
using Tessera.Png;
using Tessera.TorchSharp;

var engines = new EngineSelector(new TorchEngineProvider(new() { AllowsTensorFloat32 = true }));
using SelectedEngine cuda = engines.Select(EngineChoice.Parse("cuda:0"), selection => Console.WriteLine($"{selection.Engine.Name}: {selection.Reason}"));

ModelRegistry onDevice = new ModelRegistryBuilder(cuda).Add(new IdfPlusPlusPlugin()).Build();
ModelRegistry onProcessors = new ModelRegistryBuilder().Add(new IdfPlusPlusPlugin()).Build();
using Raster image = await ReadAsync(args[0]);

// More segments at the same time than there are processors: their tiles are what a batch consists of.
var encoder = new TesseraEncoder(new() { Registry = onDevice, MaxDegreeOfParallelism = 32 });
var watch = Stopwatch.StartNew();
byte[] file = await encoder.EncodeToArrayAsync(image);
Console.WriteLine($"{file.Length} bytes in {watch.Elapsed.TotalSeconds:F2} seconds, the start of the device included.");

using Raster same = await new TesseraDecoder(new() { Registry = onProcessors }).DecodeToRasterAsync(new MemoryStream(file));
Console.WriteLine($"The pixels are {(image.HasSamePixels(same) ? "" : "not ")}the same.");

static async Task<Raster> ReadAsync(string path)
{
    await using FileStream input = File.OpenRead(path);
    await using IRasterSource source = await new PngFormat().OpenAsync(input, RasterLimits.Default);
    return await Raster.ReadAsync(source);
}
