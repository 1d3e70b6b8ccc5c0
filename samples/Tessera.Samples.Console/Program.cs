// Saves a photograph as a Tessera file, loads it again, and compares every pixel.
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Tessera.ImageSharp;

Configuration.Default.Configure(new TesseraConfigurationModule());
using Image<Rgb24> photograph = Image.Load<Rgb24>(args[0]);
photograph.Save(args[1]);
using Image<Rgb24> same = Image.Load<Rgb24>(args[1]);
var (before, after) = (new Rgb24[same.Width * same.Height], new Rgb24[same.Width * same.Height]);
photograph.CopyPixelDataTo(before);
same.CopyPixelDataTo(after);
Console.WriteLine($"{new FileInfo(args[0]).Length} bytes became {new FileInfo(args[1]).Length}; the pixels are {(before.SequenceEqual(after) ? "" : "not ")}the same.");
