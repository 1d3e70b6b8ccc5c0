using System.Globalization;

namespace Tessera.Conformance.Tests;

/// <summary>Where people write numbers and letters otherwise, the files are the same.</summary>
public sealed class CultureTests
{
    // The smallest file of each model that is not a single pixel.
    private static readonly string[] Names =
        ["classic/rgb-8-noise", "causal-photo/noise", "idfpp-photo/noise", "bitswap-photo/one-tile", "evdvae-photo/one-tile"];

    public static TheoryData<string, string> CulturesAndNames
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in Names)
            {
                data.Add("tr-TR", name);
                data.Add("ar-SA", name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CulturesAndNames))]
    public async Task A_culture_changes_neither_samples_nor_bytes_nor_what_is_said_of_them(string culture, string name)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            // It flows to all tasks. Globalisation is invariant, so that the signs have to be given.
            CultureInfo.CurrentCulture = new CultureInfo(culture)
            {
                NumberFormat = new() { NegativeSign = "\u061C-", NumberDecimalSeparator = "\u066B", NumberGroupSeparator = "." },
            };
            Assert.Equal("\u061C-1\u066B5", (-1.5).ToString(CultureInfo.CurrentCulture));

            (string model, ConformanceFile file) = ConformanceFile.Drawn[name];
            using Raster image = file.Draw();
            byte[] encoded = await file.EncodeAsync(model, image, threads: 2);
            using Raster back = await new TesseraDecoder(new() { Registry = Codec.Registry }).DecodeToRasterAsync(new MemoryStream(encoded));
            byte[] structure = await Pinned.DescribeAsync(encoded);
            Assert.Multiple(
                () => Pinned.AssertSame(name, ".tsra", encoded),
                () => Pinned.AssertSame(name, ".verified.txt", structure),
                () => Pinned.AssertSame(name, ".sha256", Pinned.SampleHash(back)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
