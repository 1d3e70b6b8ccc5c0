// Codes an image by the models of the assemblies that the program was built with, here those of MyModel.
using Tessera;
using Tessera.Png;

ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
var encoder = new TesseraEncoder(new() { Registry = registry });
var decoder = new TesseraDecoder(new() { Registry = registry });

await using FileStream file = File.OpenRead(args[0]);
await using IRasterSource source = await new PngFormat().OpenAsync(file, RasterLimits.Default);
using Raster image = await Raster.ReadAsync(source);
byte[] coded = await encoder.EncodeToArrayAsync(image);
using Raster same = await decoder.DecodeToRasterAsync(new MemoryStream(coded));
Console.WriteLine($"{registry.Models.Single().Identity}: {coded.Length} bytes, {(same.HasSamePixels(image) ? "the same pixels" : "other pixels")}");
