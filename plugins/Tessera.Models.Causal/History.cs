namespace Tessera.Models.Causal;

/// <summary>
/// The last steps of a tile: the values of its three channels, and the errors of their predictions in eighths. A step is a row of memory with one
/// element for each row of the tile, so that a neighbour of many pixels is a run of memory, a fixed distance away.
/// </summary>
/// <remarks>
/// What is beyond a tile: above it a constant; to the left of a row the first pixel of the row above it; to the right of a row its own
/// last pixel.
/// </remarks>
internal sealed unsafe class History : IDisposable
{
    /// <summary>Planes: three of values, then three of errors.</summary>
    public const int Planes = 6;

    /// <summary>The largest tile.</summary>
    public const int MaxSide = 256;

    // Neighbourhoods reach ten steps back.
    private const int Steps = 16;
    private const int Above = 3;
    private const int Stride = Above + MaxSide + 29;
    private const int Luma = 128;

    private readonly NativeArray<short> _memory = new(Planes * Steps * Stride);
    private int _height, _width;

    /// <summary>Begins a tile.</summary>
    public void Reset(int height, int width)
    {
        (_height, _width) = (height, width);
        _memory.Span.Clear();
        _memory.Span[..(Steps * Stride)].Fill(Luma);
    }

    /// <summary>A plane's elements in a step: that of row 0. There are three in front of it, and some behind the last row.</summary>
    public short* At(int plane, int step) => _memory.Pointer + (((plane * Steps) + (step & (Steps - 1))) * Stride) + Above;

    /// <summary>The neighbours of a step's pixels, that of the pixel in row 0 first.</summary>
    public short* At(int plane, int step, Neighbour place) => At(plane, step + place.Dx + (Wave.Slant * place.Dy)) + place.Dy;

    /// <summary>Completes a step whose pixels were written: what is beyond the tile and known now.</summary>
    public void Complete(int step)
    {
        int left = (step / Wave.Slant) + 1, right = (step - _width) / Wave.Slant;
        for (int plane = 0; plane < Planes; plane++)
        {
            short* now = At(plane, step);
            short* before = At(plane, step - 1);
            if (left < _height)
                now[left] = step % Wave.Slant == 0 ? now[left - 1] : before[left];
            if (step >= _width && right < _height)
                now[right] = before[right];
        }
    }

    public void Dispose() => _memory.Dispose();
}

/// <summary>A pixel's place from another.</summary>
/// <param name="Dy">Rows down.</param>
/// <param name="Dx">Columns to the right.</param>
internal readonly record struct Neighbour(int Dy, int Dx);
