using System.Globalization;
using System.Xml;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>Writes HTML that is well-formed XML at the same time, with SVG within it.</summary>
/// <param name="writer">Where to.</param>
internal sealed class Markup(XmlWriter writer)
{
    /// <summary>Elements that never have content. HTML takes any other for open if it has no end tag.</summary>
    private static readonly HashSet<string> WithoutContent = ["meta", "img", "br", "rect", "line", "circle", "path", "polyline", "polygon"];

    /// <summary>Begins an element, which ends when the result is disposed.</summary>
    public IDisposable Element(string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        writer.WriteStartElement(name);
        foreach ((string attribute, string? value) in attributes)
        {
            if (value is not null)
                writer.WriteAttributeString(attribute, value);
        }

        return new Scope(writer, WithoutContent.Contains(name));
    }

    /// <summary>Writes an element that holds a text, or nothing.</summary>
    public void Leaf(string name, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        using (Element(name, attributes))
            Text(text);
    }

    /// <summary>Writes a text.</summary>
    public void Text(string? text) => writer.WriteString(text);

    /// <summary>Writes a style sheet or a script as it is; it must have none of XML's special characters.</summary>
    public void Verbatim(string text) => writer.WriteRaw(text);

    /// <summary>A number in a drawing.</summary>
    public static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    private sealed class Scope(XmlWriter writer, bool isLeaf) : IDisposable
    {
        public void Dispose()
        {
            if (isLeaf)
                writer.WriteEndElement();
            else
                writer.WriteFullEndElement();
        }
    }
}
