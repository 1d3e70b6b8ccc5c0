using System.Diagnostics.CodeAnalysis;
using Tessera.Exact;

namespace Tessera;

/// <summary>What a plugin assembly offers: one model or several. It needs a public constructor without parameters.</summary>
public interface IModelPlugin
{
    /// <summary>Creates the plugin's models. Weights are best loaded when they are first needed, not here.</summary>
    /// <returns>The models, each with its own identity.</returns>
    IEnumerable<TileModel> CreateModels();
}

/// <summary>A plugin whose models run networks. The engine is the host's to choose, and makes no difference to what is coded.</summary>
public interface INetworkPlugin : IModelPlugin
{
    /// <summary>Creates the plugin's models.</summary>
    /// <param name="engine">What runs their networks, for all threads; the host's.</param>
    /// <returns>The models that <see cref="IModelPlugin.CreateModels"/> gives with an engine of the plugin's choice.</returns>
    IEnumerable<TileModel> CreateModels(IEngine engine);
}

/// <summary>Marks an assembly as a model plugin, so that a model registry finds it.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TesseraPluginAttribute : Attribute
{
    /// <summary>Names the plugin.</summary>
    /// <param name="pluginType">A type that implements <see cref="IModelPlugin"/>.</param>
    public TesseraPluginAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type pluginType) =>
        PluginType = pluginType;

    /// <summary>The type that implements <see cref="IModelPlugin"/>.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    public Type PluginType { get; }
}
