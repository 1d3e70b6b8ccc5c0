using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tessera.Cli.Viewing;

/// <summary>What a request is answered with.</summary>
/// <param name="Status">The status code.</param>
/// <param name="ContentType">What the content is.</param>
/// <param name="Content">The content.</param>
internal sealed record Reply(HttpStatusCode Status, string ContentType, ReadOnlyMemory<byte> Content)
{
    /// <summary>There is nothing to show yet.</summary>
    public static Reply Nothing { get; } = new(HttpStatusCode.NoContent, "", default);

    /// <summary>A document.</summary>
    public static Reply Json<T>(T document, JsonTypeInfo<T> type, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(document, type));

    /// <summary>A refusal, in one sentence.</summary>
    public static Reply Refusal(HttpStatusCode status, string reason) => Json(new ViewFailure(reason), ViewJsonContext.Default.ViewFailure, status);
}
