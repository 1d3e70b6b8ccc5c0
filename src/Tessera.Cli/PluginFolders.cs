using System.Diagnostics.CodeAnalysis;

namespace Tessera.Cli;

/// <summary>Whether this program can load plugins from folders. One that was trimmed or compiled ahead of time cannot: what they need may be missing.</summary>
internal static class PluginFolders
{
    // Trimming makes this false, by the attribute, and leaves out the code behind it. The analyzer knows no way to find that out at run time.
#pragma warning disable IL4000
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    public static bool AreSupported => true;
#pragma warning restore IL4000
}
