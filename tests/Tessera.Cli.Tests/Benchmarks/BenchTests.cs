using System.Text.Json;
using Tessera.Cli.Benchmarks.Results;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>What a run of <c>tessera bench</c> finds out.</summary>
public sealed class BenchTests(BenchRun run) : IClassFixture<BenchRun>
{
    [Fact]
    public void Every_codec_that_is_there_has_a_result_for_every_picture()
    {
        Assert.Equal(["first.png", "second.png"], run.Report.Pictures.Select(p => p.Name));
        Assert.All(run.Report.Pictures, p => Assert.Equal(["tessera-e5", "copy", "lossy", "broken", "silent"], p.Results.Select(r => r.Codec)));
        Assert.Equal(1, run.Report.Bench);
    }

    [Theory]
    [InlineData("tessera-e5")]
    [InlineData("copy")]
    public void A_lossless_codec_has_all_figures(string codec) => Assert.All(run.Report.Pictures, picture =>
    {
        Measurement result = picture.Of(codec)!;
        Assert.Equal((Outcome.Lossless, null), (result.Outcome, result.Message));
        Assert.Equal(8.0 * result.Bytes!.Value / (picture.Width * picture.Height * 3), result.BitsPerSubpixel!.Value, 12);
        Assert.All([result.Encode!, result.Decode!], cost =>
        {
            Assert.True(cost.WallSeconds > 0);
            Assert.Equal(picture.Width * picture.Height / cost.WallSeconds / 1e6, cost.MegapixelsPerSecond, 12);
            Assert.True(cost.ProcessorSeconds > 0);
            Assert.True(cost.PeakBytes > 0);
        });
    });

    [Fact]
    public void A_codec_that_copies_takes_the_bytes_of_a_ppm_file() =>
        Assert.All(run.Report.Pictures, p => Assert.Equal($"P6\n{p.Width} {p.Height}\n255\n".Length + (3 * p.Width * p.Height), p.Of("copy")!.Bytes));

    [Fact]
    public void A_codec_that_changes_samples_is_found_out_and_wins_nothing()
    {
        Assert.All(run.Report.Pictures, picture =>
        {
            Measurement result = picture.Of("lossy")!;
            Assert.Equal(Outcome.Lossy, result.Outcome);
            Assert.StartsWith("Channel 0 differs at column ", result.Message, StringComparison.Ordinal);
            Assert.True(result.Bytes < picture.Of("tessera-e5")!.Bytes);
            Assert.NotEqual("lossy", run.Report.BestRival(picture)!.Codec);
        });
        CodecTotals totals = run.Report.Totals.Single(t => t.Codec == "lossy");
        Assert.Equal((0, 2, 0, 0L), (totals.Lossless, totals.Lossy, totals.Smallest, totals.Bytes));
        Assert.Equal(2, run.Report.Totals.Max(t => t.Smallest));
        Assert.Contains("2 NOT LOSSLESS", run.Result.Output, StringComparison.Ordinal);
        Assert.Contains("LOSSY not lossless on first.png: Channel 0 differs", run.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_that_fails_is_reported_with_its_last_words()
    {
        Assert.All(run.Report.Pictures, p => Assert.Equal(
            (Outcome.Failed, "sh ended with exit code 7: out of ideas"), (p.Of("broken")!.Outcome, p.Of("broken")!.Message)));
        Assert.All(run.Report.Pictures, p => Assert.Equal((Outcome.Failed, "sh wrote no file: It said nothing."), (p.Of("silent")!.Outcome, p.Of("silent")!.Message)));
        Assert.Contains("BROKEN failed on second.png: sh ended with exit code 7: out of ideas", run.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_that_is_not_there_is_said_not_to_be()
    {
        Assert.Equal((CodecState.Absent, "tessera-no-such-program"), (run.Report.Codec("gone").State, run.Report.Codec("gone").Missing));
        Assert.Equal(CodecState.LeftOut, run.Report.Codec("slow").State);
        Assert.Contains("Gone: not there; tessera-no-such-program is not on the PATH.", run.Result.Output, StringComparison.Ordinal);
        Assert.Contains("SLOW: left out; --codec slow asks for it.", run.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_commands_and_starts_are_recorded()
    {
        CodecReport copy = run.Report.Codec("copy"), tessera = run.Report.Codec("tessera-e5");
        Assert.Equal("1.25.3", copy.Version);
        Assert.True(copy.EncodeStartSeconds > 0 && tessera.DecodeStartSeconds > copy.DecodeStartSeconds);
        Assert.Equal(("tessera encode --effort 5 {in} {out}", "tessera decode {in} {out}"), (tessera.EncodeCommand, tessera.DecodeCommand));
        Assert.Null(run.Report.Codec("broken").EncodeStartSeconds);
    }

    [Fact]
    public void Codecs_that_gave_back_everything_come_first_from_the_smallest_on() =>
        Assert.Equal(["tessera-e5", "copy"], run.Report.Totals.TakeWhile(t => t.IsComplete).Select(t => t.Codec).Order(StringComparer.Ordinal).Reverse());

    [Fact]
    public void Tiles_cover_the_picture_and_make_up_the_file() => Assert.All(run.Report.Pictures, picture =>
    {
        TileCosts tiles = picture.Tiles!;
        Assert.Equal(((picture.Width + tiles.TileSize - 1) / tiles.TileSize, (picture.Height + tiles.TileSize - 1) / tiles.TileSize), (tiles.Columns, tiles.Rows));
        double bits = tiles.BitsPerSubpixel.Select((b, i) => b * 3
            * Math.Min(tiles.TileSize, picture.Width - (i % tiles.Columns * tiles.TileSize))
            * Math.Min(tiles.TileSize, picture.Height - (i / tiles.Columns * tiles.TileSize))).Sum();

        // Header, index and rounding are not the tiles'.
        Assert.InRange(bits / picture.Samples, 16, tiles.FileBitsPerSubpixel);
        Assert.InRange(tiles.FileBitsPerSubpixel - (bits / picture.Samples), 0, 8.0 * 1000 / picture.Samples);
    });

    [Fact]
    public void The_document_comes_back_from_its_text_as_it_was() =>
        Assert.Equal(run.Json, JsonSerializer.Serialize(run.Report, BenchJsonContext.Default.BenchReport));

    [Fact]
    public void The_document_has_the_names_that_the_manual_gives()
    {
        JsonElement root = JsonDocument.Parse(run.Json).RootElement;
        Assert.Equal(["bench", "tessera", "created", "repeats", "machine", "codecs", "totals", "pictures"], Names(root));
        Assert.Equal(["processor", "cores", "memoryBytes", "system", "architecture", "runtime", "load"], Names(root.GetProperty("machine")));
        Assert.Equal(
            ["name", "label", "family", "isTessera", "isDefault", "state", "encodeCommand", "decodeCommand", "version", "encodeStartSeconds", "decodeStartSeconds"],
            Names(root.GetProperty("codecs")[0]));
        Assert.Equal(
            ["codec", "lossless", "lossy", "failed", "unsupported", "smallest", "bytes", "bitsPerSubpixel", "encode", "decode"], Names(root.GetProperty("totals")[0]));
        JsonElement picture = root.GetProperty("pictures")[0];
        Assert.Equal(["name", "width", "height", "channels", "bitDepth", "hasAlpha", "results", "tiles"], Names(picture));
        Assert.Equal(["codec", "outcome", "bytes", "bitsPerSubpixel", "encode", "decode"], Names(picture.GetProperty("results")[0]));
        Assert.Equal(["codec", "outcome", "message"], Names(picture.GetProperty("results")[3]));
        Assert.Equal("lossy", picture.GetProperty("results")[2].GetProperty("outcome").GetString());
        Assert.Equal(["wallSeconds", "processorSeconds", "peakBytes", "megapixelsPerSecond"], Names(picture.GetProperty("results")[0].GetProperty("encode")));
        Assert.Equal(["tileSize", "columns", "rows", "fileBitsPerSubpixel", "bitsPerSubpixel"], Names(picture.GetProperty("tiles")));

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
    }

    [Fact]
    public void A_file_that_is_no_picture_is_an_error_and_the_others_are_measured()
    {
        Assert.Equal(1, run.Result.ExitCode);
        Assert.Equal($"tessera: {run.PathOf("in/third.png")}: This is not an image that can be read; PNG and Netpbm can.{Environment.NewLine}", run.Result.Error);
    }
}
