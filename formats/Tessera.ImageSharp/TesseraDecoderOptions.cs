using SixLabors.ImageSharp.Formats;
using Tessera.Container;

namespace Tessera.ImageSharp;

/// <summary>How to decode Tessera files, besides what all decoders of ImageSharp are told.</summary>
public sealed class TesseraDecoderOptions : ISpecializedDecoderOptions
{
    /// <inheritdoc/>
    public DecoderOptions GeneralOptions { get; init; } = new();

    /// <summary>The models that may be used; null for those that the format was registered with, and where it was not, those of the program.</summary>
    public ModelRegistry? Registry { get; init; }

    /// <summary>
    /// How many segments are decoded at the same time; 0 for as many as there are processors, null for what the configuration says.
    /// </summary>
    public int? MaxDegreeOfParallelism { get; init; }

    /// <summary>What to refuse, besides what the configuration's memory allocator does: that limits each frame, and not all together.</summary>
    public ContainerLimits Limits { get; init; } = ContainerLimits.Default;

    internal CoreDecoderOptions ToCore() => new()
    {
        Registry = Registry ?? Models.Of(GeneralOptions.Configuration),
        MaxDegreeOfParallelism = MaxDegreeOfParallelism ?? Models.Threads(GeneralOptions.Configuration),
        MaxFrames = (int)GeneralOptions.MaxFrames,
        Limits = Limits,
    };
}
