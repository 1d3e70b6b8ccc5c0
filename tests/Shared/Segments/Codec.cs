namespace Tessera.Models.Segments;

/// <summary>Short ways to encode and decode files.</summary>
internal static class Codec
{
    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().Add(Subject.CreatePlugin()).Build();

    public static TesseraEncoderOptions Options { get; } = new() { Registry = Registry };

    public static byte[] Encode(Raster image, int effort = Subject.Usual) =>
        new TesseraEncoder(Options with { Effort = effort }).EncodeToArrayAsync(image).GetAwaiter().GetResult();

    public static Raster Decode(byte[] file) =>
        new TesseraDecoder(new() { Registry = Registry }).DecodeToRasterAsync(new MemoryStream(file)).GetAwaiter().GetResult();
}
