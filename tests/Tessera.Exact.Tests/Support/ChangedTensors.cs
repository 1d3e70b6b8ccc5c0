namespace Tessera.Exact.Tests.Support;

/// <summary>Makes weights files of others.</summary>
internal static class ChangedTensors
{
    /// <summary>A weights file with something else in it.</summary>
    /// <param name="file">The weights file.</param>
    /// <param name="tensor">Gives each tensor's new content, or null for none.</param>
    /// <param name="metadata">Gives each text's new content, or null for none.</param>
    public static TensorFile Of(
        TensorFile file, Func<Tensor, (TensorType Type, int[] Shape, int[] Elements)?>? tensor = null, Func<string, string, string?>? metadata = null)
    {
        var writer = new TensorFileWriter();
        foreach ((string key, string value) in file.Metadata)
        {
            if ((metadata is null ? value : metadata(key, value)) is { } text)
                writer.Metadata(key, text);
        }

        foreach (Tensor old in file.Tensors.Values)
        {
            if ((tensor is null ? Content(old) : tensor(old)) is var (type, shape, elements))
                writer.Add(old.Name, type, shape, elements);
        }

        return TensorFile.Read(writer.ToArray());
    }

    /// <summary>A tensor as it is.</summary>
    public static (TensorType Type, int[] Shape, int[] Elements)? Content(Tensor tensor) => (tensor.Type, [.. tensor.Shape], tensor.ToInt32());
}
