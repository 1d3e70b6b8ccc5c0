using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tessera.Cli.Tests.Support;
using Tessera.Cli.Viewing;
using Tessera.Tests.Support;

namespace Tessera.Cli.Tests;

/// <summary>Which requests <c>tessera view</c> answers, and how.</summary>
public sealed partial class ViewRequestTests : CliTest, IAsyncLifetime
{
    private RunningView _view = null!;

    public async Task InitializeAsync()
    {
        using Raster image = ScaledPicture.Noise(new(700, 300, new(3, 8)), seed: 1);
        await RunningView.EncodeAsync(image, At("photo.tsra"), Model);
        _view = await RunningView.StartAsync(Model, 1 << 20, 1 << 20, At("photo.tsra"));
    }

    public async Task DisposeAsync() => await _view.DisposeAsync();

    [Fact]
    public async Task A_page_images_and_what_is_known_of_them_are_served()
    {
        Assert.Contains("<title>Tessera</title>", await _view.Client.GetStringAsync("/"), StringComparison.Ordinal);
        JsonElement images = await _view.Client.GetFromJsonAsync<JsonElement>("/images");
        Assert.Equal(["photo.tsra"], images.GetProperty("names").EnumerateArray().Select(n => n.GetString()));
        JsonElement info = await _view.Client.GetFromJsonAsync<JsonElement>("/image/0/info");
        Assert.Equal(
            (700, 300, 2, new FileInfo(At("photo.tsra")).Length),
            (info.GetProperty("width").GetInt32(), info.GetProperty("height").GetInt32(), info.GetProperty("levels").GetInt32(), info.GetProperty("bytes").GetInt64()));
        JsonElement map = await _view.Client.GetFromJsonAsync<JsonElement>("/image/0/map");
        Assert.Equal(44 * 19, map.GetProperty("bits").GetArrayLength());
        Assert.Equal("raw", map.GetProperty("models")[0].GetProperty("id").GetString());
        Assert.DoesNotContain(Folder, info.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:PORT")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("localhost.evil.example:PORT")]
    [InlineData("127.0.0.1.evil.example:PORT")]
    [InlineData("[::1]:PORT")]
    public async Task Another_host_is_refused(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/images");
        request.Headers.Host = host.Replace("PORT", $"{_view.Address.Port}", StringComparison.Ordinal);
        using HttpResponseMessage answer = await _view.Client.SendAsync(request);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        Assert.DoesNotContain("photo", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_the_request_line_does_not_hide_another_host()
    {
        string answer = await SendAsync($"GET {_view.Address}images HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        Assert.Matches("^HTTP/1.1 4", answer);
        Assert.DoesNotContain("photo", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localhost_is_this_host()
    {
        using var client = new HttpClient();
        using HttpResponseMessage answer = await client.GetAsync($"http://localhost:{_view.Address.Port}/images");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("level=-1&x=0&y=0")]
    [InlineData("level=2&x=0&y=0")]
    [InlineData("level=32&x=0&y=0")]
    [InlineData("level=0&x=2&y=0")]
    [InlineData("level=0&x=0&y=1")]
    [InlineData("level=0&x=-1&y=0")]
    [InlineData("level=0&x=2147483647&y=2147483647")]
    [InlineData("level=0&x=99999999999&y=0")]
    [InlineData("level=0&x=0.5&y=0")]
    [InlineData("level=0&x=1e0&y=0")]
    [InlineData("level=0&x=%200&y=0")]
    [InlineData("level=0&x=&y=0")]
    [InlineData("level=0&x=0")]
    [InlineData("level=0&x=0&y=0&y=0")]
    [InlineData("level=0&x=0&y=0&file=../../etc/passwd")]
    [InlineData("level=0&x=0&y=0&0")]
    [InlineData("")]
    public async Task Tiles_that_there_are_not_are_refused(string query)
    {
        using HttpResponseMessage answer = await _view.Client.GetAsync("/image/0/tile?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEmpty((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!);
    }

    [Theory]
    [InlineData("/image/1/info", HttpStatusCode.NotFound)]
    [InlineData("/image/-1/info", HttpStatusCode.BadRequest)]
    [InlineData("/image/x/info", HttpStatusCode.BadRequest)]
    [InlineData("/image/0", HttpStatusCode.NotFound)]
    [InlineData("/image/0/info/", HttpStatusCode.NotFound)]
    [InlineData("/image/0/info?x=1", HttpStatusCode.BadRequest)]
    [InlineData("/photo.tsra", HttpStatusCode.NotFound)]
    [InlineData("/../../../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("/image/..%2f..%2fetc%2fpasswd/info", HttpStatusCode.BadRequest)]
    [InlineData("//etc/passwd", HttpStatusCode.NotFound)]
    public async Task Paths_that_there_are_not_are_refused(string path, HttpStatusCode status)
    {
        // As it is, where a client would make it simpler.
        string answer = await SendAsync($"GET {path} HTTP/1.1\r\nHost: {_view.Address.Authority}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {(int)status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Only_reading_is_allowed(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/images") { Content = new ByteArrayContent([]) };
        using HttpResponseMessage answer = await _view.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Head_is_get_without_the_content()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/image/0/tile?level=0&x=0&y=0");
        using HttpResponseMessage head = await _view.Client.SendAsync(request);
        byte[] tile = await _view.Client.GetByteArrayAsync("/image/0/tile?level=0&x=0&y=0");
        Assert.Equal(tile.Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/viewer.js", "text/javascript; charset=utf-8")]
    [InlineData("/images", "application/json")]
    [InlineData("/image/0/tile?level=1&x=0&y=0", "image/png")]
    [InlineData("/nothing", "application/json")]
    public async Task Every_answer_forbids_what_the_page_does_not_need(string path, string type)
    {
        await _view.Images[0].Overview;
        using HttpResponseMessage answer = await _view.Client.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType!.ToString());
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Equal("no-store", Header("Cache-Control"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    [Fact]
    public async Task The_page_refers_to_nothing_but_its_own_files_and_has_no_scripts_or_styles_in_it()
    {
        foreach (string path in PageResources.Paths)
        {
            string content = await _view.Client.GetStringAsync(path);
            Assert.Empty(Address().Matches(content.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal)));
            foreach (Match reference in Reference().Matches(content))
                Assert.Contains(reference.Groups[1].Value.TrimStart('.'), PageResources.Paths);
        }

        string page = await _view.Client.GetStringAsync("/");
        Assert.DoesNotMatch("<style|style=|\\son[a-z]+=|<script(?![^>]* src=)", page);
    }

    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _view.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("[a-z]+://|[\"'(]//")]
    private static partial Regex Address();

    [GeneratedRegex("(?:src=|href=|from |import\\(|url\\()[\"']([^\"']*)[\"']")]
    private static partial Regex Reference();
}
