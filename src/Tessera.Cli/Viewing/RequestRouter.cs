using System.Collections.Immutable;
using System.Collections.Specialized;
using System.Globalization;
using System.Net;

namespace Tessera.Cli.Viewing;

/// <summary>
/// Answers requests: <c>/</c> and the page's files, <c>/images</c>, and of image n <c>/image/n/info</c>, <c>/image/n/map</c> and
/// <c>/image/n/tile?level=&amp;x=&amp;y=</c>. Images have numbers; no part of a request becomes the name of a file.
/// </summary>
/// <param name="images">The images.</param>
internal sealed class RequestRouter(ImmutableArray<ViewedImage> images)
{
    private static readonly string[] TileParameters = ["level", "x", "y"];

    /// <summary>Answers a request.</summary>
    /// <param name="path">Its path, from "/" on.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<Reply> AnswerAsync(string path, NameValueCollection query, CancellationToken cancellationToken)
    {
        string[] parts = path.Split('/');
        bool isTile = parts is ["", "image", _, "tile"];
        if (!isTile && query.Count > 0)
            return Reply.Refusal(HttpStatusCode.BadRequest, "Only tiles have parameters.");
        if (PageResources.Find(path) is { } page)
            return page;
        if (path == "/images")
            return Reply.Json(new([.. images.Select(i => i.Name)]), ViewJsonContext.Default.ViewList);
        if (parts is not ["", "image", var number, "info" or "map" or "tile"])
            return Reply.Refusal(HttpStatusCode.NotFound, "There is no such thing here.");
        if (!TryParse(number, out int index))
            return Reply.Refusal(HttpStatusCode.BadRequest, "An image has a number.");
        if (index >= images.Length)
            return Reply.Refusal(HttpStatusCode.NotFound, $"There are {images.Length} images, counted from 0.");
        ViewedImage image = images[index];
        return parts[^1] switch
        {
            "info" => Reply.Json(image.Describe(), ViewJsonContext.Default.ViewInfo),
            "map" => Reply.Json(await image.MapAsync().WaitAsync(cancellationToken), ViewJsonContext.Default.ViewMap),
            _ => await TileAsync(image, query, cancellationToken),
        };
    }

    private static async Task<Reply> TileAsync(ViewedImage image, NameValueCollection query, CancellationToken cancellationToken)
    {
        if (query.Count != TileParameters.Length || !TryGet("level", out int level) || !TryGet("x", out int x) || !TryGet("y", out int y))
            return Reply.Refusal(HttpStatusCode.BadRequest, "A tile has a level, an x and a y: numbers from 0, each once, and nothing else.");
        if (image.Geometry.Tile(level, x, y) is not { } area)
            return Reply.Refusal(HttpStatusCode.BadRequest, $"There is no tile {x}, {y} of level {level}.");
        byte[]? tile = await image.TileAsync(level, area, cancellationToken);
        return tile is null ? Reply.Nothing : new(HttpStatusCode.OK, "image/png", tile);

        bool TryGet(string name, out int value)
        {
            value = 0;
            return query.GetValues(name) is [var text] && TryParse(text, out value);
        }
    }

    private static bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
