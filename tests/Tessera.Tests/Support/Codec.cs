using Tessera.Container;

namespace Tessera.Tests.Support;

/// <summary>Short ways to encode and decode.</summary>
internal static class Codec
{
    /// <summary>A registry of models, each of a plugin of its own.</summary>
    public static ModelRegistry Registry(params TileModel[] models)
    {
        var builder = new ModelRegistryBuilder();
        builder.Add(new Plugin(models));
        return builder.Build();
    }

    public static TesseraEncoder Encoder(TileModel model, int threads = 2) =>
        new(new() { Registry = Registry(model), MaxDegreeOfParallelism = threads });

    /// <summary>An encoder of a bits-back model and its starter.</summary>
    public static TesseraEncoder Encoder(TileModel model, TileModel starter, int threads = 2) =>
        new(new() { Registry = Registry(model, starter), MaxDegreeOfParallelism = threads });

    public static TesseraDecoder Decoder(TileModel model, RecoveryMode recovery = RecoveryMode.None, int threads = 2) =>
        new(new() { Registry = Registry(model), Recovery = recovery, MaxDegreeOfParallelism = threads });

    public static Task<byte[]> EncodeAsync(Raster raster, TileModel? model = null) => Encoder(model ?? new RawModel()).EncodeToArrayAsync(raster);

    public static Task<Raster> DecodeAsync(byte[] file, TileModel? model = null) =>
        Decoder(model ?? new RawModel()).DecodeToRasterAsync(new MemoryStream(file));

    internal sealed class Plugin(TileModel[] models) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => models;
    }
}
