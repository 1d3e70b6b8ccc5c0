using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>The page that <c>tessera bench --html</c> writes.</summary>
public sealed partial class BenchPageTests(BenchRun run) : IClassFixture<BenchRun>
{
    private readonly XElement _page = Parse(run.Html);

    [Fact]
    public void It_needs_nothing_but_itself()
    {
        Assert.DoesNotContain(_page.Descendants(), e => e.Name.LocalName is "link" or "iframe" or "object" or "embed" or "base" or "audio" or "video" or "use");
        Assert.All(
            _page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "srcset" or "data" or "poster" or "action"),
            a => Assert.StartsWith("data:image/png;base64,", a.Value, StringComparison.Ordinal));
        Assert.DoesNotMatch("url\\(|@import|@font-face", _page.Descendants("style").Single().Value);
        Assert.DoesNotMatch("fetch|XMLHttpRequest|import|WebSocket|sendBeacon|EventSource|Worker", _page.Descendants("script").Single().Value);
        Assert.DoesNotMatch("[a-z]+://", DataUri().Replace(run.Html, ""));
    }

    [Fact]
    public async Task Its_pictures_are_what_was_measured()
    {
        XElement[] photos = [.. _page.Descendants("img").Where(i => i.Attribute("class")!.Value == "photo")];
        Assert.Equal(run.Report.Pictures.Length, photos.Length);
        foreach ((XElement photo, var picture) in photos.Zip(run.Report.Pictures))
        {
            // Smaller than the longest side that a page shows, so shown as it is.
            byte[] png = Convert.FromBase64String(photo.Attribute("src")!.Value.Split(',')[1]);
            await BenchRun.AssertSameAsync(await File.ReadAllBytesAsync(run.PathOf("in/" + picture.Name)), png);
        }
    }

    [Fact]
    public void It_can_be_read_without_eyes()
    {
        Assert.All(_page.Descendants("img"), i => Assert.NotEmpty(i.Attribute("alt")!.Value));
        Assert.All(
            _page.Descendants("svg").Where(s => s.Attribute("aria-hidden") is null),
            s => Assert.All((string[])["title", "desc"], name => Assert.NotEmpty(s.Element(name)!.Value)));
        Assert.All(_page.Descendants("table"), t => Assert.NotEmpty(t.Element("caption")!.Value));
        Assert.All(_page.Descendants("tbody").Elements("tr"), row => Assert.Equal("row", row.Elements("th").Single().Attribute("scope")!.Value));
        Assert.Equal("en", _page.Attribute("lang")!.Value);
        Assert.Single(_page.Descendants("h1"));
        string[] ids = [.. _page.Descendants().Attributes("id").Select(a => a.Value)];
        Assert.Equal(ids, ids.Distinct());
        Assert.All(_page.Descendants().Attributes("aria-labelledby"), a => Assert.Contains(a.Value, ids));
    }

    [Fact]
    public void What_was_not_lossless_says_so_and_is_in_no_plot()
    {
        XElement row = _page.Descendants("tr").First(r => r.Element("th")?.Value == "LOSSY");
        Assert.Contains("2 not lossless", row.Value, StringComparison.Ordinal);
        Assert.All(_page.Descendants("desc"), d => Assert.DoesNotContain("LOSSY", d.Value, StringComparison.Ordinal));
        Assert.Contains(_page.Descendants("desc"), d => d.Value.Contains("COPY", StringComparison.Ordinal));
        Assert.Contains(_page.Descendants("li"), l => l.Value == "Gone was not measured: tessera-no-such-program is not on the PATH.");
    }

    [Fact]
    public void Figures_in_the_table_are_those_of_the_report()
    {
        XElement table = _page.Descendants("table").First(t => t.Attribute("class")!.Value == "totals");
        Assert.Equal(run.Report.Totals.Select(t => run.Report.Codec(t.Codec).Label), table.Element("tbody")!.Elements("tr").Select(r => r.Element("th")!.Value));
        foreach ((XElement row, var totals) in table.Element("tbody")!.Elements("tr").Zip(run.Report.Totals).Where(x => x.Second.IsComplete))
        {
            Assert.Equal(totals.BitsPerSubpixel!.Value.ToString("F3", CultureInfo.InvariantCulture), row.Elements("td").First().Value);
            Assert.Equal(totals.Bytes.ToString("N0", CultureInfo.InvariantCulture), row.Elements("td").ElementAt(1).Value);
        }
    }

    [ProgramFact("chromium")]
    public async Task A_browser_runs_it_without_a_word_and_without_the_network()
    {
        string profile = run.PathOf("chromium"), log = run.PathOf("net.json");
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--enable-logging=stderr", $"--user-data-dir={profile}", $"--log-net-log={log}", "--dump-dom", new Uri(run.PathOf("out/page.html")).AbsoluteUri,
        ];
        using Process browser = Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = browser.StandardError.ReadToEndAsync();
        string dom = await browser.StandardOutput.ReadToEndAsync();
        await browser.WaitForExitAsync();
        Assert.Equal(0, browser.ExitCode);

        // The script has put a cursor on each picture and each heat map.
        Assert.Equal(2 * run.Report.Pictures.Length, Regex.Count(dom, "class=\"cursor\""));
        Assert.DoesNotContain("CONSOLE", await error, StringComparison.Ordinal);
        Assert.Empty(Regex.Matches(await File.ReadAllTextAsync(log), "\"url\":\"(?!file:|data:|chrome)[^\"]*\"").Select(m => m.Value));
    }

    [GeneratedRegex("data:image/png;base64,[A-Za-z0-9+/=]*")]
    private static partial Regex DataUri();

    /// <summary>The page as XML, which it is besides being HTML.</summary>
    private static XElement Parse(string html)
    {
        Assert.StartsWith("<!DOCTYPE html", html, StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(html), new() { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
