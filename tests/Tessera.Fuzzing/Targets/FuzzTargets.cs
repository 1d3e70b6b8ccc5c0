using Tessera.Exact;
using Tessera.Fuzzing.Engine;
using Tessera.Netpbm;
using Tessera.Png;

namespace Tessera.Fuzzing.Targets;

/// <summary>Everything that reads what a stranger wrote.</summary>
internal static class FuzzTargets
{
    /// <summary>All targets: the readers of formats, and two for every model of every plugin.</summary>
    public static IReadOnlyList<FuzzTarget> All()
    {
        ModelRegistry registry = new ModelRegistryBuilder().AddApplicationAssemblies().Build();
        return
        [
            new HeaderTarget(),
            new ContainerTarget(),
            new FileTarget(registry),
            new RasterTarget(new PngFormat(), "png", Mutations.PngMutator.Mutate),
            new RasterTarget(new NetpbmFormat(), "netpbm", (random, input, other) => Mutations.ByteMutator.Mutate(random, input, other)),
            new TensorFileTarget(),
            .. registry.Models.Select(model => new ModelTarget(model)),
            .. registry.Models.Where(model => !model.Identity.WeightsHash.IsDefaultOrEmpty).Select(model => new WeightsTarget(model)),
        ];
    }
}
