using System.Security.Cryptography;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>Weights files are read strictly, and say what is wrong with them.</summary>
public class TensorFileTests
{
    [Fact]
    public void A_file_gives_its_tensors_metadata_and_hash()
    {
        byte[] bytes = new TensorFileWriter()
            .Add("a", TensorType.I8, [2, 2], [-128, -1, 0, 127])
            .Add("b", TensorType.U8, [2], [0, 255])
            .Add("c", TensorType.I16, [1, 2], [-32768, 32767])
            .Add("d", TensorType.I32, [], [int.MinValue])
            .Add("empty", TensorType.I32, [0, 7], [])
            .Metadata("model", "test")
            .ToArray();
        var file = TensorFile.Read(new MemoryStream(bytes));
        Assert.Equal(["a", "b", "c", "d", "empty"], file.Tensors.Keys);
        Assert.Equal([-128, -1, 0, 127], file.Tensors["a"].ToInt32());
        Assert.Equal([0, 255], file.Tensors["b"].ToInt32());
        Assert.Equal([-32768, 32767], file.Tensors["c"].ToInt32());
        Assert.Equal([int.MinValue], file.Tensors["d"].ToInt32());
        Assert.Empty(file.Tensors["empty"].ToInt32());
        Assert.Equal<int>([2, 2], file.Tensors["a"].Shape);
        Assert.Equal("test", file.Metadata["model"]);
        Assert.Equal(SHA256.HashData(bytes), file.Hash);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "type F32")]
    [InlineData("""{"a":{"dtype":"I8","shape":[3],"data_offsets":[0,4]}}""", 4, "takes 3 bytes, and has 4")]
    [InlineData("""{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}""", 5, "4 bytes, and the file has 5")]
    [InlineData("""{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}""", 3, "bytes 0 to 4 of 3")]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I8","shape":[1],"data_offsets":[2,3]}}""", 3, "'b' begins at byte 2")]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}""", 1, "'b' begins at byte 0")]
    [InlineData("""{"a":{"dtype":"I8","shape":[-1],"data_offsets":[0,0]}}""", 0, "negative extent")]
    [InlineData("""{"a":{"dtype":"I32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,0]}}""", 0, "has 0")]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0]}}""", 1, "1 offsets")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "not valid")]
    [InlineData("""{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}""", 2, "not valid")]
    [InlineData("""[1]""", 0, "not valid")]
    [InlineData("""{"a":""", 0, "not valid")]
    public void A_file_that_is_not_valid_is_refused(string header, int dataBytes, string message) =>
        AssertRefused(TensorFileWriter.Assemble(header, new byte[dataBytes]), message);

    [Fact]
    public void A_file_whose_header_is_not_there_is_refused()
    {
        AssertRefused([1, 2, 3], "3 bytes in all");
        AssertRefused([255, 255, 255, 255, 255, 255, 255, 255], "is said to have 18446744073709551615 bytes");
        AssertRefused([9, 0, 0, 0, 0, 0, 0, 0, 123, 125], "is said to have 9 bytes");
    }

    private static void AssertRefused(byte[] bytes, string message) =>
        Assert.Contains(message, Assert.Throws<WeightsException>(() => TensorFile.Read(bytes)).Message, StringComparison.Ordinal);
}
