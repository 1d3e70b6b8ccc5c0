using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tessera.Packages.Tests;

/// <summary>Reads PAM files without any code of this repository, as far as the program writes them.</summary>
internal static class PamSamples
{
    private const string EndOfHeader = "ENDHDR\n";

    /// <summary>The SHA-256 of the samples of a PAM file, as spec/conformance/README.md defines it, in lower-case hexadecimal digits.</summary>
    public static string Hash(byte[] file)
    {
        int start = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(EndOfHeader)) + EndOfHeader.Length;
        var header = Encoding.ASCII.GetString(file, 0, start).Split('\n').Select(l => l.Split(' ', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        int pixels = Number("WIDTH") * Number("HEIGHT"), channels = Number("DEPTH"), bytes = Number("MAXVAL") > byte.MaxValue ? 2 : 1;
        Assert.Equal(start + pixels * channels * bytes, file.Length);

        var samples = new byte[pixels * channels * 2];
        for (int i = 0; i < pixels * channels; i++)
        {
            int from = start + i * bytes, to = (i % channels * pixels + i / channels) * 2;
            samples[to] = file[from + bytes - 1];
            samples[to + 1] = bytes == 2 ? file[from] : (byte)0;
        }

        return Convert.ToHexStringLower(SHA256.HashData(samples));

        int Number(string key) => int.Parse(header[key], CultureInfo.InvariantCulture);
    }
}
