using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace Tessera;

/// <summary>
/// The assemblies of one plugin folder. What the host has of Tessera is shared, so that plugin and host mean the same types; all
/// else comes from the folder first.
/// </summary>
[RequiresUnreferencedCode("Plugins are loaded from files.")]
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly string _folder;
    private readonly AssemblyDependencyResolver[] _resolvers;

    /// <summary>Prepares to load the plugins of a folder.</summary>
    /// <param name="folder">The folder's full path.</param>
    /// <param name="plugins">The plugin assemblies in it; a .deps.json beside one tells where its native libraries are.</param>
    public PluginLoadContext(string folder, IEnumerable<string> plugins)
        : base($"Tessera plugins in {folder}")
    {
        _folder = folder;
        _resolvers = [.. plugins.Where(p => File.Exists(Path.ChangeExtension(p, ".deps.json"))).Select(p => new AssemblyDependencyResolver(p))];
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName))
            return null;
        string beside = Path.Combine(_folder, assemblyName.Name + ".dll");
        string? path = _resolvers.Select(r => r.ResolveAssemblyToPath(assemblyName)).FirstOrDefault(p => p is not null)
            ?? (File.Exists(beside) ? beside : null);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string? path = _resolvers.Select(r => r.ResolveUnmanagedDllToPath(unmanagedDllName)).FirstOrDefault(p => p is not null);
        return path is null ? 0 : LoadUnmanagedDllFromPath(path);
    }

    /// <summary>Whether an assembly is the host's: Tessera and whatever else of the Tessera family the host can load.</summary>
    private static bool IsShared(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name || !(name == "Tessera" || name.StartsWith("Tessera.", StringComparison.Ordinal)))
            return false;
        try
        {
            return Default.LoadFromAssemblyName(assemblyName) is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
