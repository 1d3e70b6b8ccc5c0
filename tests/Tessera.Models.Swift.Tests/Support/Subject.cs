using Tessera.Models.Swift;

namespace Tessera.Models.Segments;

/// <summary>What the tests of <c>tests/Shared/Segments</c> are about here.</summary>
internal static class Subject
{
    /// <summary>The highest effort that makes a difference, or at which the model is used.</summary>
    public const int MaxEffort = 3;

    public const int Usual = 2;

    public const int Thorough = 2;

    /// <summary>The highest first byte of a payload that an encoder may write: kinds of segments.</summary>
    public const int LastFirstByte = 2;

    /// <summary>The specification's page, and how many test vectors are on it.</summary>
    public const string Page = "swift.md";

    public const int VectorCount = 7;

    /// <summary>One for each way in which the encoder looks for the smallest payload.</summary>
    public static readonly int[] Efforts = [1, 2];

    /// <summary>Small, and large enough for segments of all kinds.</summary>
    public static readonly (int Width, int Height) SmallImage = (67, 43);

    public static IModelPlugin CreatePlugin() => new SwiftPlugin();

    public static TileModel CreateModel() => new SwiftModel();
}
