using System.Reflection;

namespace Tessera.Packages.Tests;

/// <summary>What the build of these tests knew.</summary>
internal static class BuildSettings
{
    /// <summary>The configuration that was built, and that is packed.</summary>
    public static string Configuration { get; } = Read("Configuration");

    /// <summary>The version of all packages, without a suffix.</summary>
    public static string Version { get; } = Read("Version");

    /// <summary>Where the packages lie that the repository restored.</summary>
    public static string PackageFolder { get; } = Read("PackageFolder");

    private static string Read(string key) =>
        typeof(BuildSettings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
