using System.Diagnostics.CodeAnalysis;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;

namespace Tessera.ImageSharp;

/// <summary>Which models code where the caller names no registry.</summary>
internal static class Models
{
    private static readonly Lazy<ModelRegistry> Application = new(FindApplicationModels);

    /// <summary>The models that the program has.</summary>
    /// <exception cref="ModelRegistryException">A plugin cannot be loaded or created.</exception>
    public static ModelRegistry OfApplication => Application.Value;

    /// <summary>The models that a configuration's Tessera encoder was given, or those of the program.</summary>
    public static ModelRegistry Of(Configuration configuration) => (RegisteredEncoder(configuration) as TesseraEncoder)?.Registry ?? OfApplication;

    /// <summary>The encoder that is registered for the format, or null.</summary>
    public static IImageEncoder? RegisteredEncoder(Configuration configuration)
    {
        ImageFormatManager formats = configuration.ImageFormatsManager;
        if (!formats.ImageFormats.Contains(TesseraFormat.Instance))
            return null;
        try
        {
            return formats.GetEncoder(TesseraFormat.Instance);
        }
        catch (UnknownImageFormatException)
        {
            // The format is known and has a decoder alone; there is no way to ask.
            return null;
        }
    }

    /// <summary>The number of threads that a configuration allows, as the codec counts: 0 for as many as there are processors.</summary>
    public static int Threads(Configuration configuration) => Math.Max(0, configuration.MaxDegreeOfParallelism);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A trimmed program names its models when it registers the format; without, none are found, which encoder and decoder report.")]
    private static ModelRegistry FindApplicationModels() => new ModelRegistryBuilder().AddApplicationAssemblies().Build();
}
