using System.Diagnostics;

namespace Tessera.Documentation.Tests.Support;

/// <summary>A test that runs commands as they stand in a page, by bash; skipped where there is none.</summary>
public sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "The commands are for bash on Linux.";
    }
}

/// <summary>A test that trains; skipped where PyTorch is missing.</summary>
public sealed class TrainingFactAttribute : FactAttribute
{
    /// <summary>Debian's, for which it has a package of PyTorch.</summary>
    public const string Python = "/usr/bin/python3";

    public TrainingFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !HasPyTorch())
            Skip = $"{Python} has no PyTorch: training/README.md says how to install it.";
    }

    private static bool HasPyTorch()
    {
        if (!File.Exists(Python))
            return false;
        using Process process = Process.Start(Python, ["-c", "import sys, importlib.util as u; sys.exit(not (u.find_spec('torch') and u.find_spec('numpy')))"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
