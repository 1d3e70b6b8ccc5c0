using System.Buffers.Text;
using System.Diagnostics;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>
/// The most memory that a running process had resident. The system keeps this mark itself, and forgets it when the process ends; so it is read
/// again and again, and only what is taken in the last moments can be missed. What wait4 says of an ended process is no use here: on
/// Linux it is never below the memory of the process that started it.
/// </summary>
internal sealed class PeakMemory(Process process)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromMilliseconds(25);

    private readonly string _statusFile = $"/proc/{process.Id}/status";

    /// <summary>The mark; null if none was seen.</summary>
    public long? Bytes { get; private set; }

    /// <summary>How long to wait for the next look: short processes are looked at often, and long ones hardly disturbed.</summary>
    public static int TimeToNext(TimeSpan elapsed) => (int)Math.Clamp(elapsed.TotalMilliseconds / 50, Shortest.TotalMilliseconds, Longest.TotalMilliseconds);

    /// <summary>Reads the mark.</summary>
    public void Observe()
    {
        try
        {
            long? bytes = OperatingSystem.IsLinux() ? ReadStatus() : ReadProcess();
            if (bytes is > 0 && !(bytes <= Bytes))
                Bytes = bytes;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // The process has ended meanwhile.
        }
    }

    private long? ReadStatus()
    {
        ReadOnlySpan<byte> status = File.ReadAllBytes(_statusFile), label = "VmHWM:"u8;
        int at = status.IndexOf(label);
        return at >= 0 && Utf8Parser.TryParse(status[(at + label.Length)..].TrimStart(" \t"u8), out long kilobytes, out _) ? kilobytes << 10 : null;
    }

    private long ReadProcess()
    {
        process.Refresh();
        return process.PeakWorkingSet64;
    }
}
