using Tessera.Entropy;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// Codes parts that are the Co or Cg of pixels whose Y is known: by their distributions and by what went with the same Y, or Y and Co, before
/// (<c>spec/idfpp.md</c>, section 7). The same for encoding and decoding.
/// </summary>
internal sealed class ChromaCoder : IDisposable
{
    /// <summary>What is added to Y to make it a number from 0.</summary>
    private const int LumaCenter = 128;

    private const int LumaRange = 256;
    private const int MaxChroma = 255;
    private readonly Recall _recall = new();

    /// <summary>Forgets what was coded, as a segment begins.</summary>
    public void Reset() => _recall.Reset();

    /// <summary>Codes a part.</summary>
    /// <param name="coder">Codes what is decided.</param>
    /// <param name="luma">The Y of its elements.</param>
    /// <param name="orange">The Co of its elements, if these are Cg; otherwise nothing.</param>
    /// <param name="values">The elements, or what takes them.</param>
    /// <param name="locations">Their locations.</param>
    /// <param name="levels">Their scale levels.</param>
    /// <exception cref="TesseraFormatException">A Y is none of a pixel: the data is damaged.</exception>
    public void Code<TCoder>(
        TCoder coder, ReadOnlySpan<int> luma, ReadOnlySpan<int> orange, Span<int> values, ReadOnlySpan<int> locations, ReadOnlySpan<byte> levels)
        where TCoder : struct, ISymbolCoder
    {
        var samples = new SampleCoder<TCoder>(coder, _recall);
        Span<MixtureComponent> component = stackalloc MixtureComponent[1];
        for (int i = 0; i < values.Length; i++)
        {
            int y = luma[i] + LumaCenter;
            if ((uint)y >= LumaRange)
                throw new TesseraFormatException($"A decoded luma is {y}; the segment is damaged.");
            component[0] = ScaleTables.Logistic.Component(locations[i], levels[i], 1);
            var mixture = new Mixture(ScaleTables.Logistic, component, 0, -MaxChroma, MaxChroma);
            values[i] = samples.Code(mixture, orange.IsEmpty ? Recall.ListOf(y) : Recall.ListOf(y, orange[i]), values[i]);
        }
    }

    public void Dispose() => _recall.Dispose();
}
