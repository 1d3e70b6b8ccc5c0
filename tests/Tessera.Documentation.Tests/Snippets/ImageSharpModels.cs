using SixLabors.ImageSharp;
using Tessera.ImageSharp;
using Tessera.Models.Causal;
using Tessera.Models.Classic;

namespace Tessera.Documentation.Tests.Snippets;

/// <summary>"Models" in docs/imagesharp.md.</summary>
internal static class ImageSharpModels
{
    public static void Manual()
    {
        ModelRegistry registry = new ModelRegistryBuilder().Add(new CausalPlugin()).Add(new ClassicPlugin()).Build();
        Configuration.Default.Configure(new TesseraConfigurationModule(registry));
    }
}
