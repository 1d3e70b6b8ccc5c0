using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Container.Tests;

public class ChecksumTests
{
    [Fact]
    public void The_CRC_has_its_published_check_value() => Assert.Equal(0xE3069283, Crc32C.Append(0, "123456789"u8));

    [Fact]
    public void Any_bytes_have_the_CRC_of_the_definition_in_any_parts() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<byte[]>(),
        (a, b) => Assert.Equal(RawFile.Crc([.. a, .. b]), Crc32C.Append(Crc32C.Append(0, a), b))));

    [Fact]
    public void Any_samples_have_the_CRC_of_their_bytes_the_lower_first_in_any_parts() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<ushort[]>(),
        ArbMap.Default.ArbFor<ushort[]>(),
        (a, b) =>
        {
            SampleChecksum checksum = default;
            checksum.Append(a);
            checksum.Append(b);
            byte[] bytes = [.. a.Concat(b).SelectMany(sample => (byte[])[(byte)sample, (byte)(sample >> 8)])];
            Assert.Equal(RawFile.Crc(bytes), checksum.Value);
        }));

    [Fact]
    public void No_samples_have_the_checksum_zero() => Assert.Equal(0u, default(SampleChecksum).Value);
}
