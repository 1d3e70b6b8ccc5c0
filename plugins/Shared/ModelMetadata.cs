using System.Globalization;
using Tessera.Exact;

namespace Tessera.Models;

/// <summary>What a weights file says of its model.</summary>
/// <param name="Identity">Which model it is.</param>
/// <param name="Configuration">What its networks look like, as JSON.</param>
internal sealed record ModelMetadata(ModelIdentity Identity, string Configuration)
{
    /// <summary>Reads the metadata.</summary>
    /// <param name="file">The weights.</param>
    /// <param name="kind">What the model is, for messages, such as "a chain of latents".</param>
    /// <exception cref="WeightsException">Something is missing, or the version is no number.</exception>
    public static ModelMetadata Read(TensorFile file, string kind)
    {
        if (!int.TryParse(Text("version"), CultureInfo.InvariantCulture, out int version))
            throw new WeightsException($"The version of {kind} is '{Text("version")}'.");
        return new(new(Text("model"), version, file.Hash), Text("configuration"));

        string Text(string key) => file.Metadata.TryGetValue(key, out string? text)
            ? text
            : throw new WeightsException($"The weights of {kind} have no metadata '{key}'.");
    }
}
