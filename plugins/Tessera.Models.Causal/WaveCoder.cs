using Tessera.Entropy;
using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>
/// Goes through some blocks side by side, step by step, and finds the distribution of every sample from those before it: the same for encoding
/// and decoding. The order: step by step; in each, channel by channel; in each, block by block; in each, row by row. The further channels of
/// grey are 0, and are not coded.
/// </summary>
internal sealed unsafe class WaveCoder : IDisposable
{
    /// <summary>The most blocks that are coded side by side.</summary>
    public const int MaxBlocks = 8;

    // Features of a pixel, and some more to whole vectors.
    private const int FeatureStride = (Features.Count + Lanes.Count - 1) / Lanes.Count * Lanes.Count;

    private readonly CausalWeights _weights;
    private readonly IGraphExecutor[] _heads;
    private readonly Batch.Shelf _batches;
    private readonly Mixtures _mixtures = new();
    private readonly Block[] _blocks = new Block[MaxBlocks];
    private readonly ExactTensor[] _firstOutputs = new ExactTensor[2];

    public WaveCoder(CausalWeights weights, IEngine engine)
    {
        _weights = weights;
        _heads = [.. weights.Heads.Select(engine.Prepare)];
        _batches = new(weights.Configuration);
    }

    /// <summary>The blocks; those that are coded are begun by the caller.</summary>
    public Block Block(int i) => _blocks[i] ??= new();

    /// <summary>Codes the first blocks.</summary>
    /// <param name="count">How many.</param>
    /// <param name="tiles">The run they are of, which says when to stop.</param>
    /// <param name="channels">Their channels: 3, or 1 for grey.</param>
    /// <param name="coder">Codes samples.</param>
    public void Run<TCoder>(int count, TileRun tiles, int channels, ref TCoder coder)
        where TCoder : struct, ISampleCoder
    {
        Span<Block> blocks = _blocks.AsSpan(0, count);
        int steps = 0;
        foreach (Block block in blocks)
            steps = Math.Max(steps, block.Steps);
        for (int step = 0; step < steps; step++)
        {
            // A row is where coding ends when it is cancelled.
            _ = tiles.Row(0, blocks[0].Bounds, 0);
            int pixels = 0;
            foreach (Block block in blocks)
            {
                block.Enter(step, pixels);
                pixels += block.Count;
            }

            if (pixels > 0)
                Step(blocks, step, channels, _batches.For(pixels), ref coder);
        }
    }

    public void Dispose()
    {
        foreach (IGraphExecutor head in _heads)
            head.Dispose();
        foreach (Block? block in _blocks)
            block?.Dispose();
        _mixtures.Dispose();
    }

    private void Step<TCoder>(Span<Block> blocks, int step, int channels, Batch batch, ref TCoder coder)
        where TCoder : struct, ISampleCoder
    {
        foreach (Block block in blocks)
        {
            if (block.Count > 0)
                Describe(block, step, batch.Features.Values);
        }

        (_firstOutputs[0], _firstOutputs[1]) = (batch.Trunk, batch.Distribution);
        _heads[0].Run([batch.Features], _firstOutputs);
        for (int channel = 0; channel < channels; channel++)
        {
            foreach (Block block in blocks)
                Inform(block, channel, channel == 0 ? [] : batch.Known[channel].Values);
            if (channel > 0)
                _heads[channel].Run([batch.Trunk, batch.Known[channel]], [batch.Distribution]);
            foreach (Block block in blocks)
                Code(block, step, channel, batch.Distribution.Values, ref coder);
        }

        foreach (Block block in blocks)
        {
            if (block.Count == 0)
                continue;
            for (int channel = channels; channel < LeastSquares.Channels; channel++)
                block.Predictor.RevealNothing(channel);
            block.Predictor.End();
            block.History.Complete(step);
        }
    }

    // The trunk's inputs for the pixels of a block.
    private void Describe(Block block, int step, Span<short> target)
    {
        block.Predictor.Begin(block.History, step, block.First, block.First + block.Count, block.Blind, Causal.Block.Stride);
        short* features = stackalloc short[FeatureStride * Lanes.Count], pixels = stackalloc short[FeatureStride * Lanes.Count];
        for (int i = 0; i < block.Count; i += Lanes.Count)
        {
            Features.Compute(_weights.Tables, block.History, step, block.First + i, block.Blind + i, block.Scales + i, Causal.Block.Stride, features);
            for (int k = 0; k < Features.Count; k += Lanes.Count)
                Lanes.Transpose(features + (k * Lanes.Count), pixels + k, FeatureStride);
            for (int pixel = 0; pixel < Math.Min(Lanes.Count, block.Count - i); pixel++)
                new ReadOnlySpan<short>(pixels + (pixel * FeatureStride), Features.Count).CopyTo(target[((block.Offset + i + pixel) * Features.Count)..]);
        }
    }

    // A channel's predictions from the channels before it, and what these say to its head.
    private void Inform(Block block, int channel, Span<short> known)
    {
        int* informed = block.Informed + (channel * Causal.Block.Stride), blind = block.Blind + (channel * Causal.Block.Stride);
        int* scales = block.Scales + (channel * Causal.Block.Stride), reciprocals = _weights.Tables.Reciprocals;
        int inputs = Features.KnownCount(channel), at = block.Offset * inputs;
        for (int i = 0; i < block.Count; i++)
        {
            informed[i] = block.Predictor.Informed(channel, block.First + i);
            if (channel == 0)
                continue;
            known[at++] = (short)Features.Normalised(informed[i] - blind[i], reciprocals[scales[i]]);
            for (int other = 0; other < channel; other++)
            {
                int error = block.Errors[(other * Causal.Block.Stride) + i];
                known[at++] = (short)Features.Normalised(error, reciprocals[block.Scales[(other * Causal.Block.Stride) + i]]);
                known[at++] = (short)Features.Symmetric(error, _weights.Tables.HalfLogarithms);
            }
        }
    }

    private void Code<TCoder>(Block block, int step, int channel, Span<short> distributions, ref TCoder coder)
        where TCoder : struct, ISampleCoder
    {
        int* informed = block.Informed + (channel * Causal.Block.Stride), errors = block.Errors + (channel * Causal.Block.Stride);
        int* scales = block.Scales + (channel * Causal.Block.Stride);
        short* values = block.History.At(channel, step) + block.First;
        short* pastErrors = block.History.At(LeastSquares.Channels + channel, step) + block.First;
        int lowest = channel == 0 ? 0 : -255;
        short* luma = block.History.At(0, step) + block.First, orange = block.History.At(1, step) + block.First;
        fixed (short* outputs = distributions)
            _mixtures.Compute(_weights.Tables, outputs + (block.Offset * CausalConfiguration.Outputs), informed, scales, block.Count);
        Span<MixtureComponent> components = stackalloc MixtureComponent[CausalConfiguration.Components];
        for (int i = 0; i < block.Count; i++)
        {
            int row = block.First + i, column = step - (Wave.Slant * row);
            _mixtures.Get(i, components);
            var mixture = new Mixture(ScaleTables.Logistic, components, Mixtures.WeightBits, lowest, 255);
            ref short sample = ref block.Sample(channel, row, column);
            int list = channel switch { 0 => -1, 1 => Recall.ListOf(luma[i]), _ => Recall.ListOf(luma[i], orange[i]) };
            int value = coder.Code(mixture, list, sample);
            sample = values[i] = (short)value;
            pastErrors[i] = (short)(errors[i] = (value << LeastSquares.FractionBits) - informed[i]);
            block.Predictor.Reveal(channel, row, value);
        }
    }
}
