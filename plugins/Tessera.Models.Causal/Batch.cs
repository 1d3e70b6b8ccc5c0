using Tessera.Exact;

namespace Tessera.Models.Causal;

/// <summary>
/// The tensors of a step's pixels: lists of up to <see cref="ListLength"/> pixels each, as engines take tiles, so that a list and what the network
/// makes of it stay in the cache.
/// </summary>
internal sealed class Batch
{
    /// <summary>Pixels of a list.</summary>
    public const int ListLength = 64;

    private Batch(int lists, CausalConfiguration configuration)
    {
        ExactTensor Tensor(int channels) => new(lists, 1, ListLength, channels);
        Features = Tensor(Causal.Features.Count);
        Trunk = Tensor(configuration.Trunk[^1]);
        Known = [null!, Tensor(Causal.Features.KnownCount(1)), Tensor(Causal.Features.KnownCount(2))];
        Distribution = Tensor(CausalConfiguration.Outputs);
    }

    /// <summary>What the trunk reads.</summary>
    public ExactTensor Features { get; }

    /// <summary>What the trunk gives.</summary>
    public ExactTensor Trunk { get; }

    /// <summary>What the head of each channel but the first reads beside that.</summary>
    public ExactTensor[] Known { get; }

    /// <summary>What the heads give, one after the other.</summary>
    public ExactTensor Distribution { get; }

    /// <summary>Batches by their number of lists, made when they are first needed.</summary>
    internal sealed class Shelf(CausalConfiguration configuration)
    {
        private readonly List<Batch?> _batches = [];

        /// <summary>The batch for some pixels.</summary>
        public Batch For(int pixels)
        {
            int lists = (pixels + ListLength - 1) / ListLength;
            while (_batches.Count <= lists)
                _batches.Add(null);
            return _batches[lists] ??= new(lists, configuration);
        }
    }
}
