// Keeps images as Tessera files and serves them in the format that the client asks for:
// GET /image/coffee.webp by extension, GET /image/coffee by the Accept header.
using SixLabors.ImageSharp;
using Tessera.ImageSharp;
using Tessera.Samples.Web;

Configuration.Default.Configure(new TesseraConfigurationModule());
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
WebApplication app = builder.Build();
var store = new ImageStore(Path.GetFullPath(builder.Configuration["Images"] ?? "images"));

app.MapGet("/image/{name}", (string name, HttpRequest request, CancellationToken cancellationToken) =>
{
    if (store.Find(Path.GetFileNameWithoutExtension(name)) is not { } file)
        return Results.NotFound();
    if (Negotiation.ChooseFormat(Path.GetExtension(name), request.GetTypedHeaders().Accept) is not { } format)
        return Results.StatusCode(StatusCodes.Status406NotAcceptable);
    request.HttpContext.Response.Headers.Vary = "Accept";
    return new ImageResult(file, format).ToResult(cancellationToken);
});

await app.RunAsync().ConfigureAwait(false);
