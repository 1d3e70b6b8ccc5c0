using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using Tessera.Exact;

namespace Tessera;

/// <summary>
/// Collects model plugins for a <see cref="ModelRegistry"/>. The order of the calls is the order of preference when a file is
/// encoded without a model being named.
/// </summary>
public sealed class ModelRegistryBuilder
{
    private const string NeedsReflection = "Plugins are found by reflection. Register them with Add in a trimmed or AOT-compiled program.";

    private readonly List<(TileModel Model, Type Plugin)> _models = [];
    private readonly HashSet<Type> _plugins = [];
    private readonly IEngine? _engine;

    /// <summary>Creates a builder.</summary>
    /// <param name="engine">
    /// What runs the networks of all models (<see cref="INetworkPlugin"/>), or null for what each plugin chooses, which is the managed engine. It must live as
    /// long as the models are used.
    /// </param>
    public ModelRegistryBuilder(IEngine? engine = null) => _engine = engine;

    /// <summary>Registers a plugin, without reflection: fit for trimmed and AOT-compiled programs.</summary>
    /// <param name="plugin">The plugin. A type that is already registered is not registered again, nor is a copy, from a folder, of one that the program itself has.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ModelRegistryException">The plugin fails to create its models.</exception>
    public ModelRegistryBuilder Add(IModelPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        Type type = plugin.GetType();
        if (_plugins.Any(known => IsHosts(known, type)) || !_plugins.Add(type))
            return this;
        try
        {
            foreach (TileModel model in CreateModels(plugin))
            {
                model.Identity.Validate();
                _models.Add((model, type));
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new ModelRegistryException($"The plugin {Name(type)} cannot create its models: {e.Message}", e);
        }

        return this;
    }

    /// <summary>Registers the plugins that an assembly declares by <see cref="TesseraPluginAttribute"/>.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ModelRegistryException">A plugin cannot be created.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    public ModelRegistryBuilder AddAssembly(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        foreach (TesseraPluginAttribute attribute in PluginLoader.Attributes(assembly))
            Add(Create(attribute));
        return this;
    }

    /// <summary>
    /// Registers the plugins of the application: those of the assemblies that it has loaded, and of those beside it that it was
    /// built with. In the order of the assemblies' names.
    /// </summary>
    /// <returns>This builder.</returns>
    /// <exception cref="ModelRegistryException">A plugin cannot be loaded or created.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    public ModelRegistryBuilder AddApplicationAssemblies()
    {
        foreach (Assembly assembly in PluginLoader.ApplicationPlugins())
            AddAssembly(assembly);
        return this;
    }

    /// <summary>
    /// Registers the plugins of a folder: of the assemblies in it and of those in each folder directly in it, in the order of their
    /// names. Each of these folders is loaded in a context of its own, so that plugins may bring different versions of the same
    /// library. Code of this folder runs with all rights of the program: name only folders that are trusted.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ModelRegistryException">A plugin cannot be loaded or created.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    public ModelRegistryBuilder AddFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        foreach (Assembly assembly in PluginLoader.FolderPlugins(path))
            AddAssembly(assembly);
        return this;
    }

    /// <summary>Makes the registry.</summary>
    /// <returns>The registry.</returns>
    /// <exception cref="ModelRegistryException">Two plugins have models of one identity; the message names both.</exception>
    public ModelRegistry Build()
    {
        var owners = new Dictionary<ModelIdentity, Type>();
        foreach ((TileModel model, Type plugin) in _models)
        {
            if (!owners.TryAdd(model.Identity, plugin))
                throw new ModelRegistryException($"The model {model.Identity} is offered by two plugins: {Name(owners[model.Identity])} and {Name(plugin)}.");
        }

        return new(_models.Select(m => m.Model).ToImmutableArray());
    }

    private IEnumerable<TileModel> CreateModels(IModelPlugin plugin) =>
        _engine is not null && plugin is INetworkPlugin networks ? networks.CreateModels(_engine) : plugin.CreateModels();

    // A folder may bring a plugin that the program has too, because another one is built on it.
    private static bool IsHosts(Type known, Type type) =>
        known.AssemblyQualifiedName == type.AssemblyQualifiedName && AssemblyLoadContext.GetLoadContext(known.Assembly) == AssemblyLoadContext.Default;

    private static IModelPlugin Create(TesseraPluginAttribute attribute)
    {
        Type type = attribute.PluginType;
        if (!type.IsAssignableTo(typeof(IModelPlugin)))
            throw new ModelRegistryException($"The plugin {Name(type)} does not implement {nameof(IModelPlugin)}.");
        try
        {
            return (IModelPlugin)Activator.CreateInstance(type)!;
        }
        catch (Exception e) when (e is TargetInvocationException or MemberAccessException or TypeLoadException or FileNotFoundException or FileLoadException)
        {
            Exception cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw new ModelRegistryException($"The plugin {Name(type)} cannot be created: {cause.Message}", cause);
        }
    }

    private static string Name(Type type) => $"{type.FullName} (assembly {type.Assembly.GetName().Name} {type.Assembly.GetName().Version})";
}
