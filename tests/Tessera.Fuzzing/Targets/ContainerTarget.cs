using System.Buffers;
using System.Globalization;
using System.Text;
using Tessera.Container;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>
/// Whole files, of which segments are not decoded: read strictly, with recovery and by the index. What is whole for one reader must be whole for the
/// others, and a header beyond the limits must be refused by each.
/// </summary>
internal sealed class ContainerTarget : FuzzTarget
{
    private static readonly ContainerLimits Limits = new()
    {
        MaxPixels = 1 << 24, MaxBandSamples = 1 << 22, MaxHeaderBytes = 1 << 12, MaxAncillaryBytes = 1 << 13, MaxAncillaryTotal = 1 << 14, MaxSegmentBytes = 1 << 14,
        MaxIndexBytes = 1 << 12,
    };

    public override string Name => "container";

    public override int RoundLength => 1 << 16;

    public override IReadOnlyList<byte[]> CreateSeeds() => Corpus.Read("tsra");

    public override byte[] Mutate(Random random, byte[] input, byte[] other) => ContainerMutator.Mutate(random, input, other);

    public override FuzzRunner CreateRunner() => new Runner();

    private sealed class Runner : FuzzRunner
    {
        private readonly StringBuilder _detail = new();

        public override Outcome Run(byte[] input)
        {
            string? fault = Read(input, RecoveryMode.None, out int damaged, out int segments);
            string strict = fault ?? _detail.ToString();
            string? recovery = Read(input, RecoveryMode.SkipDamage, out int recoveredDamage, out int recovered);
            if (fault is null && (recovery is not null || damaged + recoveredDamage > 0 || segments != recovered))
                throw new BrokenPromiseException($"A file that is whole is not for recovery: {recovery}; {recoveredDamage} damaged parts, {recovered} of {segments} segments.");
            if (fault is not null && recovery is null && recoveredDamage == 0)
                throw new BrokenPromiseException($"A file is whole for recovery alone; strictly: {fault}");
            string? region = ReadByIndex(input);
            if (fault is null && region is not null)
                throw new BrokenPromiseException($"A file that is whole cannot be read by its index: {region}");
            return fault is null ? Outcome.Accepted(strict) : Outcome.Refused(recovery is null ? $"{strict} -> {_detail}" : strict);
        }

        private string? Read(byte[] input, RecoveryMode mode, out int damaged, out int segments)
        {
            (damaged, segments) = (0, 0);
            _detail.Clear();
            var parser = new ContainerParser(Limits, mode);
            var rest = new ReadOnlySequence<byte>(input);
            try
            {
                while (parser.TryRead(rest, isFinalBlock: true, out SequencePosition consumed, out ContainerItem? item))
                {
                    rest = rest.Slice(consumed);
                    switch (item)
                    {
                        case HeaderItem header when Pixels(header.Header) > Limits.MaxPixels:
                            throw new BrokenPromiseException($"A header of {Pixels(header.Header)} pixels passed the limit of {Limits.MaxPixels}.");
                        case HeaderItem header:
                            _detail.Append(CultureInfo.InvariantCulture, $"H{header.Header.Channels}{(header.Header.FrameCount > 1 ? "f" : "")}{(header.Header.Models.Length > 1 ? "m" : "")}");
                            break;
                        case SegmentItem segment:
                            // Not more than a few of each, so that lengths do not make outcomes.
                            if (segments++ < 3)
                                _detail.Append(segment.Header.ChannelCount).Append(segment.Header.Runs.Length > 1 ? 'r' : 's');
                            segment.Dispose();
                            break;
                        case AncillaryItem ancillary:
                            if (_detail.Length < 24)
                                _detail.Append(ancillary.Type.IsKnown ? ancillary.Type.ToString()[0] : '?').Append((int)ancillary.Scope);
                            break;
                        case DamagedItem:
                            if (damaged++ < 3)
                                _detail.Append('D');
                            break;
                        case EndItem end:
                            // An index that names more than was read says what is lost.
                            damaged += end.Index?.Segments.Length > segments ? 1 : 0;
                            _detail.Append(end.Index is null ? '-' : 'I');
                            break;
                    }
                }

                return null;
            }
            catch (TesseraFormatException e)
            {
                return e.Message;
            }
        }

        private static string? ReadByIndex(byte[] input)
        {
            using var stream = new MemoryStream(input);
            try
            {
                SeekableContainer container = Wait(SeekableContainer.OpenAsync(stream, Limits));
                foreach (IndexEntry entry in container.Index.Segments)
                {
                    using SegmentItem segment = Wait(container.ReadSegmentAsync(entry));
                    if (container.Index.FindSegments(entry.FirstTile).IndexOf(entry) < 0)
                        throw new BrokenPromiseException($"The index does not find the segment at {entry.Offset} by its first tile.");
                }

                return null;
            }
            catch (TesseraFormatException e)
            {
                return e.Message;
            }
        }

        private static long Pixels(ContainerHeader header) => (long)header.Width * header.Height * header.FrameCount;

        // A stream in memory never waits.
        private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
    }
}
