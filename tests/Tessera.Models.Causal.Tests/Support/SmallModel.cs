using Tessera.Exact;
using Tessera.Exact.Tests.Support;

namespace Tessera.Models.Causal.Tests.Support;

/// <summary>Models with small networks whose weights are drawn: what holds of every model holds of these, and they are quick.</summary>
internal static class SmallModel
{
    public const string Id = "causal/test";

    private const string Configuration = """{"trunk":[12,8,8],"head":7}""";

    /// <summary>The weights file of a seed.</summary>
    public static TensorFile Weights(int seed)
    {
        var random = new Random(seed);
        var writer = new TensorFileWriter();
        writer.Metadata("model", Id).Metadata("version", "7").Metadata("configuration", Configuration);
        var configuration = CausalConfiguration.FromJson(Configuration);
        RandomWeights.Add(writer, CausalGraphs.First(configuration), random);
        for (int channel = 1; channel < 3; channel++)
            RandomWeights.Add(writer, CausalGraphs.Further(configuration, channel), random);
        Table(writer, "logarithms", 4096, i => 256 * Math.Log(1 + (i / 8.0)));
        Table(writer, "half_logarithms", 4096, i => 256 * Math.Log(1 + (i / 16.0)));
        Table(writer, "scale_logarithms", 4736, i => 256 * (Math.Log(Math.Max(i, 8) / 8.0) - 1));
        Table(writer, "scale_levels", 4736, i => 128 * Math.Log2(Math.Max(i, 8) / 8.0));
        Table(writer, "exponentials", 1024, i => Math.Max(1, 32767 * Math.Exp(-i / 64.0)));
        return TensorFile.Read(writer.ToArray());
    }

    public static CausalModel Create(int seed) => new(Weights(seed));

    private static void Table(TensorFileWriter writer, string name, int length, Func<int, double> function) =>
        writer.Add($"table.{name}", TensorType.I16, [length], Enumerable.Range(0, length).Select(i => (int)Math.Round(function(i))));
}
