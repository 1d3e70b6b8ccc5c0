namespace Tessera.Conformance.Tests;

/// <summary>Files that were released decode for ever; the encoder and the format do not change unnoticed.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> PinnedNames => [.. Pinned.Names];

    public static TheoryData<string> DrawnNames => [.. ConformanceFile.Drawn.Keys];

    [Theory]
    [MemberData(nameof(PinnedNames))]
    public async Task A_released_file_decodes_to_the_same_samples_as_ever(string name)
    {
        byte[] file = await File.ReadAllBytesAsync(Pinned.PathOf(name, ".tsra"));
        using Raster image = await DecodeAsync(file);
        Pinned.AssertSame(name, ".sha256", Pinned.SampleHash(image));
    }

    [Theory]
    [MemberData(nameof(PinnedNames))]
    public async Task A_released_file_has_the_same_structure_and_metadata_as_ever(string name) =>
        Pinned.AssertSame(name, ".verified.txt", await Pinned.DescribeAsync(await File.ReadAllBytesAsync(Pinned.PathOf(name, ".tsra"))));

    [Theory]
    [MemberData(nameof(DrawnNames))]
    public async Task The_encoder_writes_the_same_bytes_as_ever_and_they_decode_to_what_was_drawn(string name)
    {
        (string model, ConformanceFile file) = ConformanceFile.Drawn[name];
        using Raster image = file.Draw();
        byte[] encoded = await file.EncodeAsync(model, image);
        using Raster back = await DecodeAsync(encoded);
        Assert.Equal(image.Info, back.Info);
        Assert.Equal(image.Frames.Select(f => f.Info), back.Frames.Select(f => f.Info));
        Assert.True(image.HasSamePixels(back));
        byte[] structure = await Pinned.DescribeAsync(encoded);
        Assert.Multiple(
            () => Pinned.AssertSame(name, ".tsra", encoded),
            () => Pinned.AssertSame(name, ".verified.txt", structure),
            () => Pinned.AssertSame(name, ".sha256", Pinned.SampleHash(image)));
    }

    [Fact]
    public void Every_file_of_a_model_is_drawn_here() =>
        Assert.Equal(ConformanceFile.Drawn.Keys.Order(StringComparer.Ordinal), Pinned.Names);

    private static Task<Raster> DecodeAsync(byte[] file) =>
        new TesseraDecoder(new() { Registry = Codec.Registry }).DecodeToRasterAsync(new MemoryStream(file));
}
