using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tessera.Packages.Tests;

/// <summary>A package as it would be published.</summary>
internal sealed partial class Package
{
    private readonly XElement _metadata;
    private readonly string _path;

    public Package(string path)
    {
        _path = path;
        using ZipArchive archive = ZipFile.OpenRead(path);
        Files = [.. archive.Entries.Select(e => e.FullName)];
        using Stream nuspec = archive.Entries.Single(e => e.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single();
    }

    public string Id => Text("id");

    public string Version => Text("version");

    /// <summary>The paths of all files in it.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The packages that it depends on, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Dependencies =>
        _metadata.Descendants().Where(e => e.Name.LocalName == "dependency").ToDictionary(e => e.Attribute("id")!.Value, e => e.Attribute("version")!.Value);

    /// <summary>The packages that its readme tells to add, in this order.</summary>
    public IReadOnlyList<string> AddedPackages => [.. AddCommand().Matches(Readme).Select(m => m.Groups[1].Value)];

    /// <summary>The program in its readme.</summary>
    public string Example => ExampleBlock().Match(Readme) is { Success: true } match ? match.Groups[1].Value : throw new InvalidDataException($"The readme of {Id} has no example.");

    private string Readme => ReadText(Text("readme"));

    /// <summary>A field of the package's metadata.</summary>
    public string Text(string name) => _metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value ?? "";

    /// <summary>A file in it.</summary>
    public byte[] ReadBytes(string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(_path);
        using Stream stream = archive.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private string ReadText(string name) => System.Text.Encoding.UTF8.GetString(ReadBytes(name)).ReplaceLineEndings("\n");

    [GeneratedRegex("^    dotnet add package (\\S+)$", RegexOptions.Multiline)]
    private static partial Regex AddCommand();

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ExampleBlock();
}
