using System.Collections.Immutable;
using System.Net;

namespace Tessera.Cli.Viewing;

/// <summary>Serves images to a browser on this machine.</summary>
internal sealed class ViewServer : IDisposable
{
    /// <summary>Requests that are answered at once; browsers have six for a page.</summary>
    private const int RequestsAtOnce = 24;

    private readonly HttpListener _listener;
    private readonly RequestGuard _guard;
    private readonly RequestRouter _router;

    private ViewServer(HttpListener listener, int port, ImmutableArray<ViewedImage> images)
    {
        _listener = listener;
        _guard = new(port);
        _router = new(images);
        Address = new($"http://127.0.0.1:{port}/");
    }

    /// <summary>Where it is.</summary>
    public Uri Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for one that is free.</param>
    /// <param name="images">The images. They stay the caller's.</param>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static ViewServer Start(int port, ImmutableArray<ViewedImage> images)
    {
        (HttpListener listener, int chosen) = LoopbackListener.Start(port);
        return new(listener, chosen, images);
    }

    /// <summary>Answers requests until it is cancelled, which is how it ends without a failure.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.Register(_listener.Stop);
        await Task.WhenAll(Enumerable.Range(0, RequestsAtOnce).Select(_ => AnswerAllAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task AnswerAllAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException && cancellationToken.IsCancellationRequested)
            {
                return;
            }

            // A listener that is asked again without a pause may answer in place: then the next would wait for this one.
            await Task.Yield();
            await AnswerAsync(context, cancellationToken);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken cancellationToken)
    {
        HttpListenerRequest request = context.Request;
        Reply reply;
        try
        {
            reply = _guard.Check(request.HttpMethod, request.Headers["Host"])
                ?? await _router.AnswerAsync(request.Url!.AbsolutePath, request.QueryString, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Response.Abort();
            return;
        }
        catch (Exception e)
        {
            reply = Reply.Refusal(HttpStatusCode.InternalServerError, Failure.Of(e).Message);
        }

        try
        {
            await SendAsync(context.Response, reply, request.HttpMethod == "HEAD", cancellationToken);
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Whoever asked is gone.
            context.Response.Abort();
        }
    }

    private static async Task SendAsync(HttpListenerResponse response, Reply reply, bool headersAlone, CancellationToken cancellationToken)
    {
        response.StatusCode = (int)reply.Status;
        RequestGuard.AddHeaders(response.Headers);
        if (reply.Status == HttpStatusCode.MethodNotAllowed)
            response.Headers["Allow"] = "GET, HEAD";
        if (reply.Status != HttpStatusCode.NoContent)
        {
            response.ContentType = reply.ContentType;
            response.ContentLength64 = reply.Content.Length;
            if (!headersAlone)
                await response.OutputStream.WriteAsync(reply.Content, cancellationToken);
        }

        response.Close();
    }
}
