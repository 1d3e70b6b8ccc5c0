using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tessera.Models.Segments;

/// <summary>Decodes the test vectors of the model's page in <c>spec</c>.</summary>
public sealed partial class SpecificationTests
{
    [Fact]
    public void The_vectors_of_the_specification_decode_to_their_samples()
    {
        MatchCollection vectors = Vector().Matches(File.ReadAllText(FindPage()));
        Assert.Equal(Subject.VectorCount, vectors.Count);
        foreach (Match vector in vectors)
        {
            int Number(string name) => int.Parse(vector.Groups[name].Value, CultureInfo.InvariantCulture);
            int channels = Number("channels"), width = Number("width"), height = Number("height");
            var format = new SampleFormat(channels, Number("depth"), vector.Groups["alpha"].Success ? AlphaKind.Straight : AlphaKind.None);
            using var band = new PlanarBuffer(width, height, channels);
            var run = new TileRun(new TileGrid(width, height, 1, 256, 1), format, band, 0, 1, 0, channels);
            using SegmentDecoder decoder = Subject.CreateModel().CreateDecoder();
            var supply = new ArrayBufferWriter<byte>();

            decoder.Decode(Convert.FromHexString(vector.Groups["payload"].Value), run, supply);

            IEnumerable<int> expected = Numbers().Matches(vector.Groups["samples"].Value).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture));
            IEnumerable<int> actual = Enumerable.Range(0, channels).SelectMany(c => band.Plane(c).ToArray()).Select(s => (int)s);
            Assert.Equal(expected, actual);
            Assert.Equal(0, supply.WrittenCount);
        }
    }

    [GeneratedRegex(@"(?<channels>\d) channels? of (?<depth>\d+) bits(?<alpha>, the last alpha)?, (?<width>\d+) x (?<height>\d+)\n\s+samples\s+(?<samples>.*)\n\s+payload\s+(?<payload>[0-9a-f]+)")]
    private static partial Regex Vector();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();

    private static string FindPage()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Codec.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("The tests run within the repository.");
        return Path.Combine(folder, "spec", Subject.Page);
    }
}
