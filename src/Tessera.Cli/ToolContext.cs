using System.Collections.Immutable;
using Tessera.Cli.Benchmarks.Codecs;
using Tessera.Cli.Files;
using Tessera.Exact;

namespace Tessera.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Terminal">Where it talks.</param>
/// <param name="Formats">The image formats besides Tessera's own.</param>
/// <param name="AddBuiltInPlugins">Registers the model plugins that the program was built with, in the order of preference.</param>
/// <param name="Engines">The engines that the program was built with.</param>
internal sealed record ToolContext(Terminal Terminal, FormatCatalog Formats, Action<ModelRegistryBuilder> AddBuiltInPlugins, EngineSelector Engines)
{
    /// <summary>The codecs that Tessera can be measured against.</summary>
    public ImmutableArray<Codec> Rivals { get; init; } = RivalCatalog.All;

    /// <summary>Makes the registry of the built-in models and of those in folders that the user names.</summary>
    /// <param name="pluginFolders">Folders of plugins; they are trusted.</param>
    /// <param name="engine">The engine that runs the models' networks, as the user writes it; null for the fastest that is there.</param>
    /// <exception cref="ToolException">There is no such folder, or the program was published without what loads plugins.</exception>
    /// <exception cref="ArgumentException">There is no such engine.</exception>
    /// <exception cref="ModelRegistryException">A plugin cannot be loaded, or is there twice.</exception>
    public ModelRegistry CreateRegistry(IEnumerable<string> pluginFolders, string? engine = null)
    {
        var builder = new ModelRegistryBuilder(SelectEngine(engine));
        AddBuiltInPlugins(builder);
        foreach (string folder in pluginFolders)
        {
            if (!PluginFolders.AreSupported)
                throw ToolException.Usage($"--plugins {folder}: This program was published without what loads plugins. Use the .NET tool, Tessera.Tool, instead.");
            if (!Directory.Exists(folder))
                throw ToolException.InputOutput($"{folder}: There is no such folder of plugins.");
            builder.AddFolder(folder);
        }

        return builder.Build();
    }

    // Lives as long as the process. Of an engine that nobody asked for there is something to say only if it is there.
    private SelectedEngine SelectEngine(string? engine) => Engines.Select(engine is null ? EngineChoice.Automatic : EngineChoice.Parse(engine), selection =>
    {
        if (selection.Availability == EngineAvailability.Available && selection.Engine.Name != EngineChoice.Managed.Name)
            Terminal.Error.WriteLine($"tessera: Networks run on {selection.Reason}.");
        else if (selection.Availability == EngineAvailability.Faulty || (selection.Availability == EngineAvailability.Absent && engine is not null))
            Terminal.Error.WriteLine($"tessera: Networks run on this machine's processors, since {selection.Reason}.");
    });
}
