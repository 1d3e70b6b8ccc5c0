using Tessera.Exact;

namespace Tessera.Models.Causal.Tests.Support;

/// <summary>The model that the plugin brings.</summary>
internal static class Published
{
    public const string Id = "causal/photo";

    public static ModelRegistry Registry { get; } = new ModelRegistryBuilder().Add(new CausalPlugin()).Build();

    public static CausalModel Model { get; } = (CausalModel)Registry.FindForEncoding(Id);

    /// <summary>The weights of <see cref="Model"/>.</summary>
    public static TensorFile Weights { get; } = PublishedWeights.All.Single(weights => weights.Identity == Model.Identity).Read();
}
