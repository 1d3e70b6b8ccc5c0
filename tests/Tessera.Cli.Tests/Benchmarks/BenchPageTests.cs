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
        (string dom, string error, int requests) = await BrowseAsync(run.PathOf("out/page.html"));

        // The script has put a cursor on each picture and each heat map.
        Assert.Equal(2 * run.Report.Pictures.Length, Regex.Count(dom, "class=\"cursor\""));
        Assert.DoesNotContain("CONSOLE", error, StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    [ProgramFact("chromium")]
    public async Task A_page_that_needed_the_network_or_had_a_fault_would_be_found_out()
    {
        string path = run.PathOf("other.html");
        await File.WriteAllTextAsync(path, run.Html.Replace("</body>", "<img src=\"http://example.invalid/a.png\"/><script>no.thing</script></body>", StringComparison.Ordinal));
        (_, string error, int requests) = await BrowseAsync(path);
        Assert.Contains("CONSOLE", error, StringComparison.Ordinal);
        Assert.True(requests > 0);
    }

    /// <summary>Opens a page in a browser that reaches nothing, and counts what the page, not the browser itself, asks the network for.</summary>
    private static async Task<(string Dom, string Error, int Requests)> BrowseAsync(string path)
    {
        string log = path + ".net.json";
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", $"--user-data-dir={path}.profile", $"--log-net-log={log}", "--dump-dom",
            new Uri(path).AbsoluteUri,
        ];
        using Process browser = Process.Start(new ProcessStartInfo("chromium", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = browser.StandardError.ReadToEndAsync();
        string dom = await browser.StandardOutput.ReadToEndAsync();
        await browser.WaitForExitAsync();
        Assert.Equal(0, browser.ExitCode);
        return (dom, await error, Regex.Count(await File.ReadAllTextAsync(log), "\"initiator\":\"(?!not an origin)"));
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
