using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tessera.Models;

/// <summary>SHA-256, by which processes tell each other what they have.</summary>
internal static class Hash
{
    public static string Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Of an image's samples.</summary>
    public static string Of(Raster image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int channel = 0; channel < image.Info.Format.Channels; channel++)
            hash.AppendData(MemoryMarshal.AsBytes(image.Frames[0].Samples.Plane(channel)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
