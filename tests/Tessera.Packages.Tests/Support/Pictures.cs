namespace Tessera.Packages.Tests;

/// <summary>Images for the programs under test.</summary>
internal static class Pictures
{
    private const int Width = 100, Height = 80;

    /// <summary>Writes a raw PPM image: waves in each channel, and noise.</summary>
    /// <returns>Its bytes. A program that gives the same pixels back as PPM gives these.</returns>
    public static byte[] WritePpm(string path)
    {
        var random = new Random(1);
        var samples = new byte[Width * Height * 3];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (byte)(128 + 90 * Math.Sin(i / 3 % Width / 9.0 + i % 3) * Math.Cos(i / 3 / Width / 13.0) + random.Next(8));
        byte[] file = [.. System.Text.Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n"), .. samples];
        File.WriteAllBytes(path, file);
        return file;
    }
}
