using System.Buffers;

namespace Tessera.Container;

/// <summary>
/// Finds the next whole chunk after damage. First it believes the damaged chunk's length, if a known chunk seems to follow there;
/// otherwise it looks at every byte for a SEGM or INDX chunk with a right CRC. It holds at most one chunk's bytes at a time.
/// </summary>
internal sealed class DamageSearch
{
    /// <summary>
    /// How many bytes may be summed for candidates that turn out wrong, over a whole file, as a multiple of the largest segment: a
    /// bound on the time that a hostile file can take.
    /// </summary>
    private const long WorkFactor = 16;

    private readonly ContainerLimits _limits;
    private long _workLeft;
    private long _declaredLength;
    private bool _atStart;

    public DamageSearch(ContainerLimits limits)
    {
        _limits = limits;
        _workLeft = WorkFactor * Math.Max(limits.MaxSegmentBytes, limits.MaxIndexBytes);
    }

    /// <summary>Begins at a damaged chunk.</summary>
    /// <param name="declaredLength">Its length as it says itself, or 0 if that is not plausible.</param>
    public void Begin(long declaredLength) => (_declaredLength, _atStart) = (declaredLength, true);

    /// <summary>Goes on. What it takes off <paramref name="rest"/> is damaged for sure.</summary>
    /// <param name="rest">What is there of the file.</param>
    /// <param name="isFinal">Whether the file has no more.</param>
    /// <returns>Whether the damage ends at the start of <paramref name="rest"/>; if not, more bytes are needed.</returns>
    public bool TryFindEnd(ref ReadOnlySequence<byte> rest, bool isFinal)
    {
        if (_atStart)
        {
            if (_declaredLength > 0 && !isFinal && rest.Length < _declaredLength + ContainerFormat.ChunkHeadLength)
                return false;
            bool believe = _declaredLength > 0 && IsPlausibleEnd(rest, isFinal);
            rest = rest.Slice(believe ? _declaredLength : 1);
            _atStart = false;
            if (believe)
                return true;
        }

        while (SkipToCandidate(ref rest, isFinal))
        {
            ChunkFrame chunk = _workLeft > 0 ? ChunkFrame.Read(rest, isFinal, _limits) : new(ChunkStatus.Broken);
            if (chunk.Status == ChunkStatus.Incomplete)
                return false;
            if (chunk.Status == ChunkStatus.Whole)
                return true;
            if (chunk.PayloadLength >= 0 && chunk.Length <= rest.Length)
                _workLeft -= chunk.Length;
            rest = rest.Slice(1);
        }

        return isFinal;
    }

    private bool IsPlausibleEnd(in ReadOnlySequence<byte> rest, bool isFinal)
    {
        if (rest.Length <= _declaredLength)
            return rest.Length == _declaredLength;
        ChunkFrame next = ChunkFrame.ReadHead(rest.Slice(_declaredLength), isFinal, _limits);
        return next.Status == ChunkStatus.Whole && next.Type.IsKnown;
    }

    /// <summary>Takes off what cannot be the start of a SEGM or INDX chunk.</summary>
    /// <returns>Whether the rest begins with one; if not, what is left of it is too short to tell.</returns>
    private static bool SkipToCandidate(ref ReadOnlySequence<byte> rest, bool isFinal)
    {
        var reader = new SequenceReader<byte>(rest);
        while (reader.TryAdvanceToAny("SI"u8, advancePastDelimiter: false))
        {
            bool isCandidate = reader.IsNext("SEGM"u8) || reader.IsNext("INDX"u8);
            if (isCandidate || (reader.Remaining < 4 && !isFinal))
            {
                rest = rest.Slice(reader.Position);
                return isCandidate;
            }

            reader.Advance(1);
        }

        rest = rest.Slice(rest.End);
        return false;
    }
}
