using Tessera.Exact;

namespace Tessera.Models;

/// <summary>Weights that this assembly holds. The project file lists them; the build makes <c>All</c> of that, with their hashes.</summary>
/// <param name="Id">The model's name.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Hash">The SHA-256 of the weights file in hexadecimal.</param>
internal sealed partial record PublishedWeights(string Id, int Version, string Hash)
{
    /// <summary>Whose weights these are. The weights themselves are not read for this.</summary>
    public ModelIdentity Identity => new(Id, Version, [.. Convert.FromHexString(Hash)]);

    /// <summary>Reads the weights, and makes of them what a model shares.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="identity">Whose weights it says that they are.</param>
    /// <exception cref="WeightsException">They are not what the build put there.</exception>
    public T Read<T>(Func<TensorFile, T> make, Func<T, ModelIdentity> identity)
    {
        T read = make(Read());
        return identity(read) == Identity ? read : throw new WeightsException($"The weights of {Identity} say that they are {identity(read)}.");
    }

    /// <summary>Reads the weights.</summary>
    /// <exception cref="WeightsException">They are not what the build put there.</exception>
    public TensorFile Read()
    {
        string name = $"{Id} {Version}";
        using Stream stream = typeof(PublishedWeights).Assembly.GetManifestResourceStream(name)
            ?? throw new WeightsException($"The assembly does not hold the weights '{name}'; install it again.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return TensorFile.Read(bytes);
    }
}
