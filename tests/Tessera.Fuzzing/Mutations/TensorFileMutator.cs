using System.Buffers.Binary;

namespace Tessera.Fuzzing.Mutations;

/// <summary>Changes to safetensors files: of the header, with its right length, and of the tensors.</summary>
internal static class TensorFileMutator
{
    private const int LengthBytes = 8;

    public static byte[] Mutate(Random random, byte[] input, byte[] other)
    {
        if (random.Next(8) == 0 || !TrySplit(input, out byte[] header, out byte[] data))
            return ByteMutator.Mutate(random, input, other, 1 << 20);
        _ = TrySplit(other, out byte[] otherHeader, out _);
        if (random.Next(2) == 0)
            header = ByteMutator.Mutate(random, header, otherHeader);
        else
            data = ChangeNumbers(random, data);
        var length = new byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    // As many bytes as before, so that the header stays right.
    private static byte[] ChangeNumbers(Random random, byte[] data)
    {
        if (data.Length == 0)
            return data;
        byte[] changed = [.. data];
        int at = random.Next(data.Length), length = Math.Min(data.Length - at, 1 << random.Next(12));
        if (random.Next(2) == 0)
            random.NextBytes(changed.AsSpan(at, Math.Min(length, 8)));
        else
            changed.AsSpan(at, length).Fill((byte)(random.Next(2) == 0 ? 0x7F : 0x80));
        return changed;
    }

    private static bool TrySplit(byte[] file, out byte[] header, out byte[] data)
    {
        (header, data) = ([], []);
        if (file.Length < LengthBytes)
            return false;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > (ulong)(file.Length - LengthBytes))
            return false;
        header = file[LengthBytes..(LengthBytes + (int)length)];
        data = file[(LengthBytes + (int)length)..];
        return true;
    }
}
