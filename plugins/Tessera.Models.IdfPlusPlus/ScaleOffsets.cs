using Tessera.Entropy;

namespace Tessera.Models.IdfPlusPlus;

/// <summary>
/// What a segment adds to the scale levels that its nets give, for each part and each octave of scales: what training could not know of an
/// image, such as its noise. The encoder chooses, the decoder is told (<c>spec/idfpp.md</c>, section 7).
/// </summary>
internal sealed class ScaleOffsets
{
    private const int Octaves = 8;
    private const int LevelsPerOctave = 8;
    private const int Limit = 8;

    // Of the distribution of offsets: 2^-0.5.
    private const int CodingLevel = 28;

    // Of a part this many elements are looked at, or up to twice as many.
    private const int Samples = 4096;

    // What an offset other than 0 must save: more than it takes. In 1/256 bits.
    private const long WorthwhileSaving = 10 << 8;

    private readonly int[] _offsets;

    public ScaleOffsets(int parts)
    {
        _offsets = new int[parts * Octaves];
    }

    /// <summary>Adds its part's offsets to scale levels.</summary>
    public void Apply(int part, Span<byte> levels)
    {
        ReadOnlySpan<int> offsets = _offsets.AsSpan(part * Octaves, Octaves);
        for (int i = 0; i < levels.Length; i++)
            levels[i] = (byte)Shifted(levels[i], offsets[OctaveOf(levels[i])]);
    }

    /// <summary>Chooses the offsets of a part, so that its elements take few bits.</summary>
    /// <param name="part">The part.</param>
    /// <param name="latents">The part's elements in all blocks of the segment.</param>
    public void Choose(int part, LatentStore latents)
    {
        int step = Math.Max(1, latents.CountOf(part) / Samples);
        for (int octave = 0; octave < Octaves; octave++)
            _offsets[(part * Octaves) + octave] = Choose(part, octave, latents, step);
    }

    /// <summary>Pushes all offsets, the last one first.</summary>
    public void Push(AnsStack stack)
    {
        Mixture distribution = Distribution([Component]);
        for (int i = _offsets.Length - 1; i >= 0; i--)
            distribution.Push(stack, _offsets[i]);
    }

    /// <summary>Pops all offsets.</summary>
    /// <exception cref="AnsUnderflowException">The stack holds too few bits.</exception>
    public void Pop(AnsStack stack)
    {
        Mixture distribution = Distribution([Component]);
        for (int i = 0; i < _offsets.Length; i++)
            _offsets[i] = distribution.Pop(stack);
    }

    private static MixtureComponent Component => ScaleTables.Logistic.Component(0, CodingLevel, 1);

    private static Mixture Distribution(ReadOnlySpan<MixtureComponent> component) => new(ScaleTables.Logistic, component, 0, -Limit, Limit);

    private static int OctaveOf(int level) => Math.Min(level / LevelsPerOctave, Octaves - 1);

    private static int Shifted(int level, int offset) => Math.Clamp(level + offset, 0, ScaleTables.LevelCount - 1);

    // Costs have one minimum, nearly, so that it is looked for step by step.
    private static int Choose(int part, int octave, LatentStore latents, int step)
    {
        int offset = 0;
        long none = Cost(part, octave, 0, latents, step), least = none;
        for (int direction = -1; direction <= 1 && offset == 0; direction += 2)
        {
            for (int tried = direction; Math.Abs(tried) <= Limit; tried += direction)
            {
                long cost = Cost(part, octave, tried, latents, step);
                if (cost >= least)
                    break;
                (least, offset) = (cost, tried);
            }
        }

        return (none - least) * step > WorthwhileSaving ? offset : 0;
    }

    private static long Cost(int part, int octave, int offset, LatentStore latents, int step)
    {
        long cost = 0;
        foreach (LatentRun run in latents.Runs)
        {
            if (run.Part != part)
                continue;
            ReadOnlySpan<int> values = latents.Values(run), locations = latents.Locations(run);
            ReadOnlySpan<byte> levels = latents.Levels(run);
            for (int i = 0; i < values.Length; i += step)
            {
                if (OctaveOf(levels[i]) == octave)
                    cost += ScaleTables.Logistic.EstimateCost(values[i], locations[i], Shifted(levels[i], offset));
            }
        }

        return cost;
    }
}
