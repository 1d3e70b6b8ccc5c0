using System.Collections.Immutable;
using Tessera.Container;

namespace Tessera;

/// <summary>What is known from a file's header: how the image is cut, and which models decode it.</summary>
internal sealed record DecodePlan(ContainerHeader Header, SampleFormat Format, TileGrid Grid, ImmutableArray<TileModel> Models)
{
    /// <summary>Finds the models that a file names.</summary>
    /// <exception cref="TesseraFormatException">A model is not installed, or cannot have coded such an image.</exception>
    public static DecodePlan Create(ContainerHeader header, ModelRegistry registry)
    {
        SampleFormat format = ContainerMapping.ToFormat(header);
        ImmutableArray<TileModel> models = [.. header.Models.Select(m => registry.Find(ContainerMapping.ToIdentity(m)))];
        foreach (TileModel model in models)
        {
            if (!model.Supports(format))
                throw new TesseraFormatException($"The file names the model {model.Identity}, which does not code images of {format.Describe()}.");
        }

        return new(header, format, ContainerMapping.ToGrid(header), models);
    }
}
