using Tessera.Cli;
using Tessera.Cli.Files;
using Tessera.Exact;
using Tessera.Models.BitSwap;
using Tessera.Models.Causal;
using Tessera.Models.Classic;
using Tessera.Models.DenseFlow;
using Tessera.Models.EfficientVdvae;
using Tessera.Models.IdfPlusPlus;
using Tessera.Models.Swift;
using Tessera.Netpbm;
using Tessera.Png;
#if TORCHSHARP
using Tessera.TorchSharp;
#endif

var context = new ToolContext(
    Terminal.System(),
    new FormatCatalog([new PngFormat(), new NetpbmFormat()]),
    plugins => plugins.Add(new CausalPlugin()).Add(new ClassicPlugin()).Add(new IdfPlusPlusPlugin()).Add(new BitSwapPlugin())
        .Add(new EfficientVdvaePlugin()).Add(new DenseFlowPlugin()).Add(new SwiftPlugin()),
#if TORCHSHARP
    new EngineSelector(new TorchEngineProvider(new() { AllowsTensorFloat32 = true })));
#else
    new EngineSelector());
#endif
return await new TesseraTool(context).RunAsync(args);
