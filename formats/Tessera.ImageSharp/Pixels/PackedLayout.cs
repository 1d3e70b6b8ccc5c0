using System.Numerics;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using Tessera.Formats;

namespace Tessera.ImageSharp;

/// <summary>One channel of a packed pixel.</summary>
/// <param name="Shift">Its lowest bit.</param>
/// <param name="Bits">How many bits it has.</param>
/// <param name="IsSigned">Whether it is a signed number; in a file, half the range stands for zero then.</param>
internal readonly record struct PackedField(int Shift, int Bits, bool IsSigned = false);

/// <summary>
/// Pixels that are one number with a field of bits for each channel. A file has one depth for all channels: that of the widest field.
/// A narrower one is scaled up to it, so that any reader shows the right picture, and scaled back exactly.
/// </summary>
/// <typeparam name="TStored">ImageSharp's type of pixels.</typeparam>
/// <typeparam name="TPacked">The type of the number.</typeparam>
internal sealed class PackedLayout<TStored, TPacked> : PixelLayout<TStored>
    where TStored : unmanaged, IPixel<TStored>, IPackedVector<TPacked>
    where TPacked : unmanaged, IBinaryInteger<TPacked>
{
    private readonly Channel[] _channels;

    /// <param name="type">The pixel type.</param>
    /// <param name="alpha">What the last channel is.</param>
    /// <param name="fields">The channels in the order of a file.</param>
    public PackedLayout(TesseraPixelType type, AlphaKind alpha, params PackedField[] fields)
        : base(type, new(fields.Length, fields.Max(f => f.Bits), alpha)) =>
        _channels = [.. fields.Select(f => new Channel(f, Format.MaxSample))];

    protected override void Unpack(ReadOnlySpan<TStored> pixels, PlanarBuffer rows, int y)
    {
        ReadOnlySpan<TPacked> packed = MemoryMarshal.Cast<TStored, TPacked>(pixels);
        for (int i = 0; i < _channels.Length; i++)
        {
            Channel channel = _channels[i];
            Span<ushort> samples = rows.Row(i, y);
            for (int x = 0; x < samples.Length; x++)
                samples[x] = channel.ToSample(ulong.CreateTruncating(packed[x]));
        }
    }

    protected override void Pack(PlanarBuffer rows, int y, Span<TStored> pixels)
    {
        Span<TPacked> packed = MemoryMarshal.Cast<TStored, TPacked>(pixels);
        packed.Clear();
        for (int i = 0; i < _channels.Length; i++)
        {
            Channel channel = _channels[i];
            ReadOnlySpan<ushort> samples = rows.Row(i, y);
            for (int x = 0; x < samples.Length; x++)
                packed[x] |= TPacked.CreateTruncating(channel.ToBits(samples[x]));
        }
    }

    /// <summary>A field, and how it becomes a sample of the file's depth.</summary>
    private sealed class Channel
    {
        private readonly int _shift;
        private readonly int _mask;
        private readonly int _sign;
        private readonly ushort[]? _samples;
        private readonly ushort[]? _values;

        public Channel(PackedField field, int maxSample)
        {
            _shift = field.Shift;
            _mask = (1 << field.Bits) - 1;
            _sign = field.IsSigned ? 1 << (field.Bits - 1) : 0;
            if (_mask < maxSample)
                (_samples, _values) = (SampleScale.Table(_mask, maxSample), SampleScale.Table(maxSample, _mask));
        }

        public ushort ToSample(ulong packed)
        {
            int value = ((int)(packed >> _shift) & _mask) ^ _sign;
            return _samples is null ? (ushort)value : _samples[value];
        }

        public ulong ToBits(ushort sample)
        {
            int value = _values is null ? sample : _values[sample];
            return (ulong)(uint)(value ^ _sign) << _shift;
        }
    }
}
