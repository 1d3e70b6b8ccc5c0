using System.ComponentModel;
using System.Diagnostics;

namespace Tessera.Cli.Viewing;

/// <summary>The browser of whoever runs the program.</summary>
internal static class Browser
{
    /// <summary>Opens a page.</summary>
    /// <returns>Whether there is a browser to ask; it may fail all the same.</returns>
    public static bool TryOpen(Uri page)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(page.AbsoluteUri) { UseShellExecute = true });
            return true;
        }
        catch (Exception e) when (e is Win32Exception or PlatformNotSupportedException or FileNotFoundException)
        {
            return false;
        }
    }
}
