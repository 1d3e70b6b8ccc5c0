using System.Net;
using System.Net.Sockets;

namespace Tessera.Cli.Viewing;

/// <summary>Begins to listen on this machine's own address alone.</summary>
internal static class LoopbackListener
{
    private const int Attempts = 16;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">The port; 0 for one that is free.</param>
    /// <returns>The listener, which listens, and its port.</returns>
    /// <exception cref="ToolException">The port is taken.</exception>
    public static (HttpListener Listener, int Port) Start(int port)
    {
        // Listeners cannot ask for a free port. Between finding one and listening on it another program may take it.
        for (int attempt = 1; ; attempt++)
        {
            int chosen = port == 0 ? FindFreePort() : port;
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{chosen}/");
            listener.Prefixes.Add($"http://localhost:{chosen}/");
            try
            {
                listener.Start();
                return (listener, chosen);
            }
            catch (HttpListenerException e)
            {
                listener.Close();
                if (port != 0 || attempt == Attempts)
                    throw ToolException.InputOutput($"Port {chosen} cannot be listened on: {e.Message.TrimEnd('.')}. --port 0 finds a free one.", e);
            }
        }
    }

    private static int FindFreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
