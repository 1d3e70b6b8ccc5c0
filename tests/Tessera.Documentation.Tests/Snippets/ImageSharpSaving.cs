using SixLabors.ImageSharp;
using Tessera.ImageSharp;

namespace Tessera.Documentation.Tests.Snippets;

/// <summary>What README.md and docs/imagesharp.md show. The tests of Tessera.ImageSharp run what these do.</summary>
internal static class ImageSharpSaving
{
    public static void Readme(Image image)
    {
        Configuration.Default.Configure(new TesseraConfigurationModule());
        image.Save("x.tsra");
        using Image same = Image.Load("x.tsra");
    }

    public static void Manual()
    {
        Configuration.Default.Configure(new TesseraConfigurationModule());   // once, at the start

        using Image image = Image.Load("photograph.png");
        image.Save("photograph.tsra");                                       // every bit of every pixel
        using Image same = Image.Load("photograph.tsra");                    // and of the same pixel type
    }
}
