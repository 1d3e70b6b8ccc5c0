using System.Globalization;
using Tessera.Container;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>
/// Whole files through the decoder: strictly, with recovery, and to see what they are. What is decoded strictly must be whole with recovery; what can be repaired must be whole
/// afterwards; and no reader may end in another way than by the exception of the format.
/// </summary>
internal sealed class FileTarget(ModelRegistry registry) : FuzzTarget
{
    private const int MaxPixels = 1 << 14;

    private static readonly ContainerLimits Limits = new()
    {
        MaxPixels = MaxPixels, MaxBandSamples = 1 << 16, MaxAncillaryBytes = 1 << 13, MaxAncillaryTotal = 1 << 14, MaxSegmentBytes = 1 << 16, MaxIndexBytes = 1 << 12,
    };

    public override string Name => "file";

    public override int RoundLength => 1 << 11;

    /// <summary>A refused file is not known to have fewer pixels than the limit; its decoder may have begun with all of them.</summary>
    public override CostBound Bound { get; } = CostBound.Default with { Milliseconds = 2000 + (MaxPixels * 0.2), Bytes = 64 << 20 };

    public override IReadOnlyList<byte[]> CreateSeeds() => Corpus.Read("tsra");

    public override byte[] Mutate(Random random, byte[] input, byte[] other) => ContainerMutator.Mutate(random, input, other);

    public override FuzzRunner CreateRunner() => new Runner(registry);

    private sealed class Runner : FuzzRunner
    {
        private readonly TesseraDecoder _strict;
        private readonly TesseraDecoder _recovering;
        private readonly TesseraRepairer _repairer;
        private readonly TesseraDecoder _generous;

        public Runner(ModelRegistry registry)
        {
            var options = new TesseraDecoderOptions { Registry = registry, MaxDegreeOfParallelism = 1, Limits = Limits };
            _strict = new(options);
            _recovering = new(options with { Recovery = RecoveryMode.SkipDamage });
            _repairer = new(options);

            // A repaired file has a chunk more, and may have more segments.
            _generous = new(options with { Limits = ContainerLimits.Default });
        }

        public override Outcome Run(byte[] input)
        {
            (DecodeSummary? summary, string? fault) = Try(() => _strict.VerifyAsync(new MemoryStream(input)));
            (DecodeSummary? recovered, string? recoveredFault) = Try(() => _recovering.VerifyAsync(new MemoryStream(input)));
            (_, string? inspection) = Try(() => TesseraInspector.InspectAsync(new MemoryStream(input), Limits, RecoveryMode.SkipDamage));
            (TesseraFileInfo? info, _) = Try(() => _strict.IdentifyAsync(new MemoryStream(input)));
            if (recovered is not null)
                CheckRepair(input);
            if (summary is not null)
            {
                if (recovered is not { IsWhole: true } || inspection is not null || info is null)
                    throw new BrokenPromiseException($"A file that is whole is not for recovery: {recoveredFault}, {inspection}; {recovered?.DamagedBytes.Length} damaged parts.");
                return Outcome.Accepted(string.Create(CultureInfo.InvariantCulture, $"{summary.Info.Format} {summary.SegmentCount > 1}"), summary.Info.PixelCount);
            }

            if (recovered is { IsWhole: true })
                throw new BrokenPromiseException($"A file is whole for recovery alone; strictly: {fault}");
            return Outcome.Refused(fault!, recovered?.Info.PixelCount ?? 0);
        }

        private void CheckRepair(byte[] input)
        {
            using var repaired = new MemoryStream();
            (RepairSummary? summary, _) = Try(() => _repairer.RepairAsync(new MemoryStream(input), repaired));
            if (summary is null)
                return;
            repaired.Position = 0;
            (DecodeSummary? read, string? fault) = Try(() => _generous.VerifyAsync(repaired));
            if (read is null)
                throw new BrokenPromiseException($"A repaired file is not whole: {fault}");
            if (!RepairRecord.Read(read.Header, read.Info.Metadata).AsSpan().SequenceEqual(summary.Lost.AsSpan()))
                throw new BrokenPromiseException("A repaired file does not say what it has lost.");
        }

        private static (T? Result, string? Fault) Try<T>(Func<Task<T>> read)
            where T : class
        {
            try
            {
                return (read().GetAwaiter().GetResult(), null);
            }
            catch (TesseraFormatException e)
            {
                // A decoder turns what a model throws into this one; but the fault is the model's all the same.
                return e.InnerException is null or TesseraFormatException
                    ? (null, e.Message)
                    : throw new BrokenPromiseException($"A model failed otherwise than by the exception of the format: {e}");
            }
        }
    }
}
