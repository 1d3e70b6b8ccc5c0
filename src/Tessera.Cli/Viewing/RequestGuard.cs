using System.Net;

namespace Tessera.Cli.Viewing;

/// <summary>Refuses what does not come from a page of this server, and tells browsers to be as strict.</summary>
/// <param name="port">The server's port.</param>
internal sealed class RequestGuard(int port)
{
    // No pixel is for the pages of others, nor anything of others for this one. Tiles are blobs to the page.
    private static readonly (string Name, string Value)[] Headers =
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ];

    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];

    /// <summary>Whether a request may be answered.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="host">Its Host header.</param>
    /// <returns>The refusal, or null.</returns>
    public Reply? Check(string method, string? host)
    {
        // A page of another site whose name leads here sends that name (DNS rebinding).
        if (!_hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
            return Reply.Refusal(HttpStatusCode.Forbidden, $"This server is {_hosts[0]}, not the host that was asked for.");
        return method is "GET" or "HEAD" ? null : Reply.Refusal(HttpStatusCode.MethodNotAllowed, "Only GET and HEAD are answered.");
    }

    /// <summary>Adds the headers that every answer has.</summary>
    public static void AddHeaders(WebHeaderCollection headers)
    {
        foreach ((string name, string value) in Headers)
            headers[name] = value;
    }
}
