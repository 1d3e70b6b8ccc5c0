using System.Runtime.InteropServices;
using TorchSharp;

namespace Tessera.TorchSharp;

/// <summary>
/// Looks whether libtorch can be loaded. TorchSharp itself must not be asked: where it finds no library, its first use fails for the rest of the
/// process, and writes to standard output.
/// </summary>
internal static class LibTorch
{
    private const string Library = "LibTorchSharp";

    /// <summary>Loads libtorch.</summary>
    /// <param name="reason">Why it cannot be loaded, in one line.</param>
    public static bool TryLoad(out string reason)
    {
        try
        {
            // In the order in which TorchSharp will: on Windows the one does not find the other.
            NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _);
            NativeLibrary.Load(Library, typeof(torch).Assembly, null);
            reason = "";
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            reason = Reason(e.Message);
            return false;
        }
    }

    /// <summary>One line of what the loader says: of a library that is there and does not load, rather than of places where there is none.</summary>
    internal static string Reason(string message)
    {
        string? problem = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .FirstOrDefault(line => !line.Contains($"{Library}: cannot open shared object", StringComparison.Ordinal)
                && !line.Contains($"{Library}.so: cannot open shared object", StringComparison.Ordinal)
                && !line.Contains("no such file", StringComparison.OrdinalIgnoreCase));
        return problem is null
            ? "libtorch is not installed: the application references TorchSharp-cuda-windows, TorchSharp-cuda-linux or TorchSharp-cpu"
            : $"libtorch cannot be loaded: {problem}";
    }
}
