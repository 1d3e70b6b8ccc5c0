using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>Configurations are read strictly.</summary>
public class ConfigurationTests
{
    private const string Grid = """{"bottom":24,"bottom_layers":1,"latent":[4,4,0],"layers":[2,1,1],"width":40}""";

    [Fact]
    public void A_configuration_is_read_from_JSON()
    {
        var configuration = EfficientVdvaeConfiguration.FromJson($$"""
            {"color":"ycocg-r","dropout":0.0,"grids":[{{Grid}},{"bottom":5,"bottom_layers":2,"latent":[0,1,2],"layers":[0,3,64],"width":7,"more":1}],"mixtures":3}
            """);
        Assert.Equal((2, 3, "ycocg-r"), (configuration.Grids.Length, configuration.Mixtures, configuration.Color));
        GridConfiguration grid = configuration.Grids[1];
        Assert.Equal((7, 5, 2), (grid.Width, grid.Bottom, grid.BottomLayers));
        Assert.Equal<int>([0, 1, 2], grid.Latent);
        Assert.Equal<int>([0, 3, 64], grid.Layers);
    }

    [Fact]
    public void A_practical_configuration_takes_as_much_work_as_its_convolutions_do()
    {
        // Five grids, as for photographs.
        const string Second = """{"bottom":24,"bottom_layers":1,"latent":[4,4,0],"layers":[1,1,1],"width":32}""";
        const string Last = """{"bottom":16,"bottom_layers":1,"latent":[4,4,0],"layers":[1,1,1],"width":24}""";
        var configuration = EfficientVdvaeConfiguration.FromJson($$"""{"color":"ycocg-r","mixtures":3,"grids":[{{Grid}},{{Grid}},{{Second}},{{Last}},{{Last}}]}""");
        double work = 0;
        for (int grid = 0; grid < 5; grid++)
        {
            List<Graph> graphs = [EfficientVdvaeGraphs.Bottom(configuration, grid)];
            for (int step = 0; step < 3; step++)
            {
                graphs.Add(EfficientVdvaeGraphs.Enter(configuration, grid, step));
                graphs.Add(EfficientVdvaeGraphs.Leave(configuration, grid, step));
                if (step < 2)
                    graphs.Add(EfficientVdvaeGraphs.Posterior(configuration, grid, step));
            }

            work += graphs.Sum(graph => graph.MultiplyAddsPerPixel) / Math.Pow(4, grid + 1);
        }

        Assert.Equal(54_383, Math.Floor(work));
    }

    [Theory]
    [InlineData("nonsense", "not valid")]
    [InlineData("null", "no grids")]
    [InlineData("{}", "not valid")]
    [InlineData("""{"color":"none","mixtures":3,"grids":[]}""", "no grids")]
    [InlineData("""{"color":"none","mixtures":3,"grids":3}""", "not valid")]
    [InlineData("""{"color":"none","mixtures":3,"grids":[null]}""", "The paths of grid 0")]
    public void What_is_not_a_configuration_is_refused(string json, string message) => Refused(json, message);

    [Theory]
    [InlineData("\"mixtures\":3,", "", "mixtures")]
    [InlineData("\"mixtures\":3", "\"mixtures\":0", "have 0 components")]
    [InlineData("\"mixtures\":3", "\"mixtures\":9", "have 9 components")]
    [InlineData("\"mixtures\":3", "\"mixtures\":\"3\"", "not valid")]
    [InlineData("\"none\"", "\"yuv\"", "'yuv'")]
    [InlineData("\"none\"", "null", "The colour transform")]
    [InlineData("\"width\":40", "\"width\":0", "The paths of grid 1")]
    [InlineData("\"width\":40", "\"width\":4097", "The paths of grid 1")]
    [InlineData("\"bottom\":24", "\"bottom\":0", "The paths of grid 1")]
    [InlineData("\"bottom\":24", "\"bottom\":4097", "The paths of grid 1")]
    [InlineData("\"bottom\":24,", "", "bottom")]
    [InlineData("[4,4,0]", "[4,4]", "The latents of grid 1")]
    [InlineData("[4,4,0]", "[4,4,0,0]", "The latents of grid 1")]
    [InlineData("[4,4,0]", "[4,-1,0]", "The latents of grid 1")]
    [InlineData("[4,4,0]", "[4,4,4097]", "The latents of grid 1")]
    [InlineData("[4,4,0]", "null", "not valid")]
    [InlineData("[2,1,1]", "[2,1,65]", "The layers of grid 1")]
    [InlineData("[2,1,1]", "[2,1]", "The layers of grid 1")]
    [InlineData("[2,1,1]", "[2,-1,1]", "The layers of grid 1")]
    [InlineData("\"bottom_layers\":1", "\"bottom_layers\":-1", "The bottom-up path of grid 1")]
    [InlineData("\"bottom_layers\":1", "\"bottom_layers\":65", "The bottom-up path of grid 1")]
    [InlineData("\"bottom_layers\":1,", "", "bottom_layers")]
    public void A_configuration_that_is_not_valid_is_refused(string valid, string wrong, string message)
    {
        const string First = """{"bottom":1,"bottom_layers":0,"latent":[0,0,0],"layers":[0,0,0],"width":1}""";
        string json = $$"""{"color":"none","mixtures":3,"grids":[{{First}},{{Grid}}]}""";
        EfficientVdvaeConfiguration.FromJson(json);
        Assert.Contains(valid, json, StringComparison.Ordinal);
        Refused(json.Replace(valid, wrong, StringComparison.Ordinal), message);
    }

    [Fact]
    public void There_are_no_more_than_12_grids()
    {
        EfficientVdvaeConfiguration.FromJson(Grids(12));
        Refused(Grids(13), "13 grids");

        static string Grids(int count) => $$"""{"color":"none","mixtures":3,"grids":[{{string.Join(',', Enumerable.Repeat(Grid, count))}}]}""";
    }

    private static void Refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => EfficientVdvaeConfiguration.FromJson(json)).Message, StringComparison.Ordinal);
}
