using Tessera.Exact;
using Tessera.TorchSharp;

namespace Tessera.Documentation.Tests.Snippets;

/// <summary>"Choosing" in docs/engines.md.</summary>
internal static class TorchSharpEngines
{
    public static void Manual()
    {
        var engines = new EngineSelector(new TorchEngineProvider());
        using SelectedEngine engine = engines.Select(EngineChoice.Parse("cuda"), selection => Console.Error.WriteLine(selection.Reason));
        ModelRegistry registry = new ModelRegistryBuilder(engine).AddApplicationAssemblies().Build();
    }
}
