using Tessera.Exact;
using Tessera.Exact.Managed;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>The models that the plugin brings are those whose weights its assembly holds.</summary>
public class PluginTests
{
    [Fact]
    public void Published_weights_are_the_models_that_the_build_says_they_are()
    {
        Assert.Equal(PublishedWeights.All.Select(weights => weights.Identity), new EfficientVdvaePlugin().CreateModels().Select(model => model.Identity));
        foreach (PublishedWeights weights in PublishedWeights.All)
        {
            weights.Identity.Validate();
            Assert.Equal(weights.Identity, new EfficientVdvaeModel(weights.Read()).Identity);
            Assert.True(new EfficientVdvaeModel(weights, new ManagedEngine()).Supports(new(3, 8)));
        }
    }

    [Fact]
    public void Weights_that_the_build_did_not_put_there_are_refused_when_they_are_first_needed()
    {
        var absent = new EfficientVdvaeModel(new PublishedWeights("evdvae/absent", 99, new('0', 64)), new ManagedEngine());
        Assert.Equal(99, absent.Identity.Version);
        Assert.Contains("'evdvae/absent 99'", Assert.Throws<WeightsException>(() => absent.CreateEncoder(5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_assembly_names_the_plugin() =>
        Assert.Equal(
            [typeof(EfficientVdvaePlugin)],
            typeof(EfficientVdvaePlugin).Assembly.GetCustomAttributes(typeof(TesseraPluginAttribute), false).Select(attribute => ((TesseraPluginAttribute)attribute).PluginType));
}
