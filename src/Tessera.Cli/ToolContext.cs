using Tessera.Cli.Files;

namespace Tessera.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Terminal">Where it talks.</param>
/// <param name="Formats">The image formats besides Tessera's own.</param>
/// <param name="AddBuiltInPlugins">Registers the model plugins that the program was built with, in the order of preference.</param>
internal sealed record ToolContext(Terminal Terminal, FormatCatalog Formats, Action<ModelRegistryBuilder> AddBuiltInPlugins)
{
    /// <summary>Makes the registry of the built-in models and of those in folders that the user names.</summary>
    /// <param name="pluginFolders">Folders of plugins; they are trusted.</param>
    /// <exception cref="ToolException">There is no such folder.</exception>
    /// <exception cref="ModelRegistryException">A plugin cannot be loaded, or is there twice.</exception>
    public ModelRegistry CreateRegistry(IEnumerable<string> pluginFolders)
    {
        var builder = new ModelRegistryBuilder();
        AddBuiltInPlugins(builder);
        foreach (string folder in pluginFolders)
        {
            if (!Directory.Exists(folder))
                throw ToolException.InputOutput($"{folder}: There is no such folder of plugins.");
            builder.AddFolder(folder);
        }

        return builder.Build();
    }
}
