using System.Net;
using System.Reflection;

namespace Tessera.Cli.Viewing;

/// <summary>The page's files, which are part of the program: requests reach these names and no file.</summary>
internal static class PageResources
{
    private static readonly Dictionary<string, Reply> Replies = new(StringComparer.Ordinal)
    {
        ["/"] = Load("index.html", "text/html; charset=utf-8"),
        ["/viewer.css"] = Load("viewer.css", "text/css; charset=utf-8"),
        ["/viewer.js"] = Load("viewer.js", "text/javascript; charset=utf-8"),
        ["/tiles.js"] = Load("tiles.js", "text/javascript; charset=utf-8"),
        ["/heatmap.js"] = Load("heatmap.js", "text/javascript; charset=utf-8"),
        ["/gestures.js"] = Load("gestures.js", "text/javascript; charset=utf-8"),
        ["/icon.svg"] = Load("icon.svg", "image/svg+xml"),
    };

    /// <summary>The paths that there are.</summary>
    public static IReadOnlyCollection<string> Paths => Replies.Keys;

    /// <summary>The file of a path, or null.</summary>
    public static Reply? Find(string path) => Replies.GetValueOrDefault(path);

    private static Reply Load(string name, string type)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Page." + name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new(HttpStatusCode.OK, type, content);
    }
}
