using System.Collections.Immutable;
using Tessera.Cli.Viewing;
using Tessera.Png;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests.Support;

/// <summary>A viewer of files that raw models coded, on a free port, and a client.</summary>
internal sealed class RunningView : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ViewServer _server;
    private readonly Task _running;

    private RunningView(ViewServer server, ImmutableArray<ViewedImage> images, ViewerResources resources)
    {
        _server = server;
        Images = images;
        Resources = resources;
        Client = new() { BaseAddress = server.Address };
        _running = server.RunAsync(_stopping.Token);
    }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public ImmutableArray<ViewedImage> Images { get; }

    public ViewerResources Resources { get; }

    public static async Task<RunningView> StartAsync(RawModel model, long cacheBytes, long overviewBytes, params string[] files)
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new Plugin(model)).Build();
        var terminal = new Terminal(() => Stream.Null, () => Stream.Null, TextWriter.Null, TextWriter.Null, false, false);
        var resources = new ViewerResources(cacheBytes, overviewBytes, threads: 4);
        var images = new List<ViewedImage>();
        foreach (string file in files)
            images.Add(await ViewedImage.OpenAsync(file, images.Count, 0, registry, overviewBytes, resources, terminal, CancellationToken.None));
        return new(ViewServer.Start(0, [.. images]), [.. images], resources);
    }

    public static async Task EncodeAsync(Raster raster, string path, RawModel model)
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new Plugin(model)).Build();
        await File.WriteAllBytesAsync(path, await new TesseraEncoder(new() { Registry = registry }).EncodeToArrayAsync(raster));
    }

    /// <summary>A tile's pixels, or null if there is nothing yet.</summary>
    public async Task<Raster?> TileAsync(int level, int x, int y)
    {
        using HttpResponseMessage answer = await Client.GetAsync($"/image/0/tile?level={level}&x={x}&y={y}");
        answer.EnsureSuccessStatusCode();
        byte[] content = await answer.Content.ReadAsByteArrayAsync();
        if (content.Length == 0)
            return null;
        await using IRasterSource source = await new PngFormat().OpenAsync(new MemoryStream(content), RasterLimits.Default);
        return await Raster.ReadAsync(source);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stopping.CancelAsync();
        await _running;
        _server.Dispose();
        foreach (ViewedImage image in Images)
            await image.DisposeAsync();
        _stopping.Dispose();
    }

    private sealed class Plugin(TileModel model) : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [model];
    }
}
