namespace Tessera.Models.Swift.Tests.Support;

/// <summary>Short ways to encode and decode files.</summary>
internal static class Codec
{
    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().Add(new SwiftPlugin()).Build();

    public static TesseraEncoderOptions Options { get; } = new() { Registry = Registry };

    public static byte[] Encode(Raster image, int effort = 1) =>
        new TesseraEncoder(Options with { Effort = effort }).EncodeToArrayAsync(image).GetAwaiter().GetResult();

    public static Raster Decode(byte[] file) =>
        new TesseraDecoder(new() { Registry = Registry }).DecodeToRasterAsync(new MemoryStream(file)).GetAwaiter().GetResult();
}
