using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tessera.Cli.Benchmarks.Measuring;

/// <summary>Asks the operating system for processor times.</summary>
internal static class ProcessorTime
{
    private const int Children = -1;

    /// <summary>The time of all children of this process that have ended, and of theirs; null where the system does not count it.</summary>
    public static TimeSpan? OfEndedChildren()
    {
        // The layout below is that of 64-bit systems.
        if (!(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) || !Environment.Is64BitProcess)
            return null;
        return GetUsage(Children, out Usage usage) == 0 ? usage.User.ToTimeSpan() + usage.System.ToTimeSpan() : null;
    }

    /// <summary>The time of a process that has ended; null where the system has forgotten it.</summary>
    public static TimeSpan? OfEnded(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, out Usage usage);

    /// <summary>C's struct timeval; on macOS its second field has four bytes and padding.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private readonly struct TimeValue
    {
        private readonly long _seconds;
        private readonly int _microseconds;

        public TimeSpan ToTimeSpan() => TimeSpan.FromSeconds(_seconds) + TimeSpan.FromMicroseconds(_microseconds);
    }

    /// <summary>C's struct rusage.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private readonly struct Usage
    {
        public readonly TimeValue User;
        public readonly TimeValue System;
    }
}
