using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp.Tests;

/// <summary>ImageSharp with the format registered, and shorthands.</summary>
internal static class Sharp
{
    /// <summary>A configuration of its own, so that tests do not change what others see.</summary>
    public static Configuration Configuration { get; } = new(new TesseraConfigurationModule());

    public static DecoderOptions Options { get; } = new() { Configuration = Configuration };

    /// <summary>An image of random bytes.</summary>
    public static Image<TPixel> Random<TPixel>(int width, int height, int frames = 1, int seed = 1)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var random = new Random(seed);
        var image = new Image<TPixel>(Configuration, width, height);
        for (int i = 0; i < frames; i++)
        {
            ImageFrame<TPixel> frame = i == 0 ? image.Frames.RootFrame : image.Frames.CreateFrame();
            frame.ProcessPixelRows(rows =>
            {
                for (int y = 0; y < rows.Height; y++)
                    random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.GetRowSpan(y)));
            });
        }

        return image;
    }

    public static byte[] Save(Image image, TesseraEncoder? encoder = null)
    {
        using var file = new MemoryStream();
        if (encoder is null)
            image.Save(file, TesseraFormat.Instance);
        else
            image.SaveAsTessera(file, encoder);
        return file.ToArray();
    }

    public static Image Load(byte[] file, DecoderOptions? options = null) => Image.Load(options ?? Options, new MemoryStream(file));

    public static Image<TPixel> Load<TPixel>(byte[] file, DecoderOptions? options = null)
        where TPixel : unmanaged, IPixel<TPixel> => Image.Load<TPixel>(options ?? Options, new MemoryStream(file));

    /// <summary>All bytes of all frames.</summary>
    public static byte[] Bytes<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        int size = image.Width * image.Height * System.Runtime.CompilerServices.Unsafe.SizeOf<TPixel>();
        var bytes = new byte[size * image.Frames.Count];
        for (int i = 0; i < image.Frames.Count; i++)
            image.Frames[i].CopyPixelDataTo(bytes.AsSpan(i * size, size));
        return bytes;
    }
}
