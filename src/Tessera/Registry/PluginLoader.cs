using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace Tessera;

/// <summary>
/// Finds plugin assemblies. A file is looked at as data first, and loaded only if it declares a plugin.
/// </summary>
[RequiresUnreferencedCode("Plugins are found and loaded by reflection.")]
internal static class PluginLoader
{
    /// <summary>The plugin assemblies of the application, loaded or not yet, in the order of their names.</summary>
    public static IEnumerable<Assembly> ApplicationPlugins()
    {
        var found = AssemblyLoadContext.Default.Assemblies
            .Where(a => !a.IsDynamic && a.IsDefined(typeof(TesseraPluginAttribute)))
            .ToDictionary(a => a.GetName().Name!, StringComparer.OrdinalIgnoreCase);

        // A library is loaded when it is first used, and nothing uses a plugin before it is registered: look at what the
        // application was built with as well.
        string known = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        foreach (string path in known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) && !found.ContainsKey(name) && DeclaresPlugin(path))
                found.Add(name, Load(AssemblyLoadContext.Default, path));
        }

        return found.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value);
    }

    /// <summary>The plugin assemblies in a folder and in the folders directly in it.</summary>
    /// <param name="path">The folder.</param>
    public static IEnumerable<Assembly> FolderPlugins(string path)
    {
        string root = Path.GetFullPath(path);
        var folders = Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal).Prepend(root);
        foreach (string folder in folders)
        {
            string[] plugins = [.. Directory.EnumerateFiles(folder, "*.dll").Where(DeclaresPlugin).Order(StringComparer.Ordinal)];
            if (plugins.Length == 0)
                continue;
            var context = new PluginLoadContext(folder, plugins);
            foreach (string plugin in plugins)
                yield return Load(context, plugin);
        }
    }

    /// <summary>What an assembly declares. To know this, the runtime must load the plugins' types and all that they are made of.</summary>
    public static IEnumerable<TesseraPluginAttribute> Attributes(Assembly assembly)
    {
        try
        {
            return assembly.GetCustomAttributes<TesseraPluginAttribute>();
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException)
        {
            throw new ModelRegistryException($"The plugins of {assembly.GetName().Name} {assembly.GetName().Version} cannot be loaded: {e.Message}", e);
        }
    }

    private static Assembly Load(AssemblyLoadContext context, string path)
    {
        try
        {
            return context.LoadFromAssemblyPath(path);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            throw new ModelRegistryException($"The plugin \"{path}\" cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Whether a file is a managed assembly with the plugin attribute. Native libraries are not.</summary>
    private static bool DeclaresPlugin(string path)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(path));
            if (!file.HasMetadata)
                return false;
            MetadataReader metadata = file.GetMetadataReader();
            return metadata.IsAssembly
                && metadata.GetAssemblyDefinition().GetCustomAttributes().Any(a => IsPluginAttribute(metadata, metadata.GetCustomAttribute(a)));
        }
        catch (BadImageFormatException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelRegistryException($"\"{path}\" cannot be read: {e.Message}", e);
        }
    }

    private static bool IsPluginAttribute(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
            return false;
        EntityHandle parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
            return false;
        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return metadata.StringComparer.Equals(type.Name, nameof(TesseraPluginAttribute))
            && metadata.StringComparer.Equals(type.Namespace, typeof(TesseraPluginAttribute).Namespace!);
    }
}
