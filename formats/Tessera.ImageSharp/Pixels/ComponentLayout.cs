using System.Numerics;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;

namespace Tessera.ImageSharp;

/// <summary>Pixels that are structures of components of one size, each a sample.</summary>
/// <typeparam name="TStored">ImageSharp's type of pixels.</typeparam>
/// <typeparam name="TComponent">The type of a component: byte or ushort.</typeparam>
internal sealed class ComponentLayout<TStored, TComponent> : PixelLayout<TStored>
    where TStored : unmanaged, IPixel<TStored>
    where TComponent : unmanaged, IBinaryInteger<TComponent>
{
    private readonly int[] _places;

    /// <param name="type">The pixel type.</param>
    /// <param name="format">What a pixel is made of in a file.</param>
    /// <param name="places">For each channel in a file, its place in the structure.</param>
    public ComponentLayout(TesseraPixelType type, SampleFormat format, params int[] places)
        : base(type, format) => _places = places;

    protected override void Unpack(ReadOnlySpan<TStored> pixels, PlanarBuffer rows, int y)
    {
        for (int channel = 0; channel < _places.Length; channel++)
        {
            ReadOnlySpan<TComponent> components = MemoryMarshal.Cast<TStored, TComponent>(pixels)[_places[channel]..];
            Span<ushort> samples = rows.Row(channel, y);
            for (int x = 0, at = 0; x < samples.Length; x++, at += _places.Length)
                samples[x] = ushort.CreateTruncating(components[at]);
        }
    }

    protected override void Pack(PlanarBuffer rows, int y, Span<TStored> pixels)
    {
        for (int channel = 0; channel < _places.Length; channel++)
        {
            Span<TComponent> components = MemoryMarshal.Cast<TStored, TComponent>(pixels)[_places[channel]..];
            ReadOnlySpan<ushort> samples = rows.Row(channel, y);
            for (int x = 0, at = 0; x < samples.Length; x++, at += _places.Length)
                components[at] = TComponent.CreateTruncating(samples[x]);
        }
    }
}
