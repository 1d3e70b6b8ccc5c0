using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Xml;
using Tessera.Cli.Benchmarks.Results;
using Tessera.Cli.Files;

namespace Tessera.Cli.Benchmarks.Pages;

/// <summary>The page that shows a run: one file that needs nothing else. It is HTML and well-formed XML.</summary>
internal static class BenchPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="result">What was measured; at least one picture.</param>
    /// <param name="formats">What writes PNG.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task WriteAsync(Stream stream, BenchResult result, FormatCatalog formats, CancellationToken cancellationToken)
    {
        BenchReport report = result.Report;
        var scale = HeatScale.Of(report.Pictures);
        ImmutableArray<Plate> plates = await Plate.MakeAllAsync(result, scale, formats, cancellationToken);

        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false), CloseOutput = false };
        using var text = new MemoryStream();
        using (XmlWriter writer = XmlWriter.Create(text, settings))
        {
            writer.WriteDocType("html", null, null, null);
            Write(new(writer), report, plates, scale);
        }

        text.Position = 0;
        await text.CopyToAsync(stream, cancellationToken);
    }

    private static void Write(Markup page, BenchReport report, ImmutableArray<Plate> plates, HeatScale? scale)
    {
        var families = new Families(report);
        using (page.Element("html", ("lang", "en")))
        {
            using (page.Element("head"))
            {
                page.Leaf("meta", null, ("charset", "utf-8"));
                page.Leaf("meta", null, ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
                page.Leaf("meta", null, ("name", "color-scheme"), ("content", "light dark"));
                page.Leaf("title", "Tessera bench: " + Summary.Sentence(report));
                using (page.Element("style"))
                    page.Verbatim(Asset("page.css"));
            }

            using (page.Element("body"))
            {
                using (page.Element("main"))
                {
                    Summary.Write(page, report);
                    TotalsSection.Write(page, report, families);
                    PlotsSection.Write(page, report, families);
                    PicturesSection.Write(page, report, families, plates, scale);
                    MethodSection.Write(page, report);
                }

                using (page.Element("script"))
                    page.Verbatim(Asset("page.js"));
            }
        }
    }

    private static string Asset(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
