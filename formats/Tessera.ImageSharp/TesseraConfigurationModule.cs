using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;

namespace Tessera.ImageSharp;

/// <summary>
/// Registers the format: <c>Configuration.Default.Configure(new TesseraConfigurationModule())</c>. Afterwards ImageSharp saves, loads and
/// identifies Tessera files as it does its own formats.
/// </summary>
public sealed class TesseraConfigurationModule : IImageFormatConfigurationModule
{
    private readonly ModelRegistry? _registry;

    /// <summary>Uses the models that the program has: one comes with this package.</summary>
    [RequiresUnreferencedCode("Models are found by reflection. Give a trimmed or AOT-compiled program a registry.")]
    public TesseraConfigurationModule()
    {
    }

    /// <summary>Uses certain models.</summary>
    /// <param name="registry">The models.</param>
    public TesseraConfigurationModule(ModelRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _registry = registry;
    }

    /// <inheritdoc/>
    public void Configure(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ImageFormatManager formats = configuration.ImageFormatsManager;
        formats.SetEncoder(TesseraFormat.Instance, new TesseraEncoder { Registry = _registry });
        formats.SetDecoder(TesseraFormat.Instance, TesseraDecoder.Instance);
        formats.AddImageFormatDetector(new TesseraImageFormatDetector());
    }
}
