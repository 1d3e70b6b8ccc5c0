using Tessera.Models.Classic;

namespace Tessera.Models.Segments;

/// <summary>What the tests of <c>tests/Shared/Segments</c> are about here.</summary>
internal static class Subject
{
    /// <summary>The highest effort that makes a difference, or at which the model is used.</summary>
    public const int MaxEffort = 9;

    public const int Usual = 5;

    public const int Thorough = 9;

    /// <summary>The highest first byte of a payload that an encoder may write: modes and color transforms.</summary>
    public const int LastFirstByte = 31;

    /// <summary>The specification's page, and how many test vectors are on it.</summary>
    public const string Page = "classic.md";

    public const int VectorCount = 15;

    /// <summary>One for each way in which the encoder looks for the smallest payload.</summary>
    public static readonly int[] Efforts = [1, 5, 9];

    /// <summary>Small, and large enough for segments of all kinds.</summary>
    public static readonly (int Width, int Height) SmallImage = (37, 23);

    public static IModelPlugin CreatePlugin() => new ClassicPlugin();

    public static TileModel CreateModel() => new ClassicModel();
}
