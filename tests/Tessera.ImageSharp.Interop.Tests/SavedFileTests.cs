using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using DiffEngine;
using MessagePack;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using Tessera.Container;
using Tessera.Tests.Support;
using VerifyXunit;

namespace Tessera.ImageSharp.Interop.Tests;

/// <summary>
/// What Image.Save writes, as the describer renders it and as another implementation of MessagePack reads it. The model is the simplest
/// there is, so that nothing of this depends on how well a model codes.
/// </summary>
public sealed class SavedFileTests
{
    private static readonly Configuration Configuration = new(
        new TesseraConfigurationModule(new ModelRegistryBuilder().Add(new Plugin()).Build()));

    [ModuleInitializer]
    internal static void OpenNoWindows() => DiffRunner.Disabled = true;

    [Fact]
    public Task A_photograph() => VerifyFile(Save(Drawn<Rgb24>(40, 20)), nameof(A_photograph));

    [Fact]
    public Task An_image_of_packed_pixels_with_metadata() => VerifyFile(Save(WithMetadata()), nameof(An_image_of_packed_pixels_with_metadata));

    [Fact]
    public Task An_animation()
    {
        using Image<La16> image = Drawn<La16>(20, 10);
        image.Metadata.GetTesseraMetadata().RepeatCount = 0;
        for (int i = 1; i <= 2; i++)
        {
            image.Frames.AddFrame(image.Frames.RootFrame);
            image.Frames[i].Metadata.GetTesseraMetadata().FrameDelay = new((uint)i, 25);
        }

        image.Frames[2].Metadata.XmpProfile = new("<x/>"u8.ToArray());
        return VerifyFile(Save(image), nameof(An_animation));
    }

    [Fact]
    public void The_header_is_read_by_MessagePack()
    {
        byte[] file = Save(WithMetadata());
        var header = MessagePackSerializer.Deserialize<Dictionary<int, object>>(Payloads(file, "HEAD").Single());
        Assert.Equal([0, 1, 3, 5, 9], header.Keys.Order());
        Assert.Equal((12, 7, 6, 16), (Number(0), Number(1), Number(3), Number(5)));
        object[] model = Assert.Single((object[])header[9]) as object[] ?? [];
        Assert.Equal(["raw", (byte)1], model);

        int Number(int key) => Convert.ToInt32(header[key], null);
    }

    [Fact]
    public void Texts_and_blocks_are_read_by_MessagePack()
    {
        byte[] file = Save(WithMetadata());
        Assert.Equal(["Title", "Größe"], MessagePackSerializer.Deserialize<string[]>(Payloads(file, "text").Single()));
        object[][] blocks = [.. Payloads(file, "meta").Select(p => MessagePackSerializer.Deserialize<object[]>(p))];
        Assert.Equal(["imagesharp:pixel", "png:pHYs", "imagesharp:resolution"], blocks.Select(b => b[0]));
        Assert.Equal("Bgr565"u8.ToArray(), blocks[0][1]);
        Assert.Equal(300, BinaryPrimitives.ReadDoubleLittleEndian(((byte[])blocks[2][1]).AsSpan(1)));
    }

    private static Image<Bgr565> WithMetadata()
    {
        Image<Bgr565> image = Drawn<Bgr565>(12, 7);
        image.Metadata.IccProfile = new([1, 2, 3, 4]);
        image.Metadata.ExifProfile = new("MM\0*\0\0\0\u0008\0\0\0\0\0\0"u8.ToArray());
        (image.Metadata.HorizontalResolution, image.Metadata.VerticalResolution) = (300, 300);
        image.Metadata.ResolutionUnits = PixelResolutionUnit.PixelsPerInch;
        image.Metadata.GetTesseraMetadata().Texts.Add(new("Title", "Größe"));
        return image;
    }

    private static Image<TPixel> Drawn<TPixel>(int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var image = new Image<TPixel>(Configuration, width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                TPixel pixel = default;
                pixel.FromRgba32(new((byte)(x * 6), (byte)(y * 12), (byte)(x * y), (byte)(255 - x)));
                image[x, y] = pixel;
            }
        }

        return image;
    }

    private static byte[] Save(Image image)
    {
        using var file = new MemoryStream();
        image.Save(file, TesseraFormat.Instance);
        return file.ToArray();
    }

    private static IEnumerable<byte[]> Payloads(byte[] file, string type)
    {
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            if (System.Text.Encoding.ASCII.GetString(file, at, 4) == type)
                yield return file[(at + 8)..(at + 8 + length)];
            at += length + 12;
        }
    }

    private static async Task VerifyFile(byte[] file, string name)
    {
        using var description = new StringWriter();
        await ContainerDescriber.DescribeAsync(PipeReader.Create(new ReadOnlySequence<byte>(file)), description);
        await Verifier.Verify(description.ToString()).UseDirectory("Snapshots").UseFileName(name);
    }

    private sealed class Plugin : IModelPlugin
    {
        public IEnumerable<TileModel> CreateModels() => [new RawModel()];
    }
}
