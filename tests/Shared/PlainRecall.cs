using System.Numerics;
using Tessera.Entropy;

namespace Tessera.Models.Tests.Support;

/// <summary>What went with what, one sample after the other: the slots that are coded, from the mixture's (<c>spec/recall.md</c>).</summary>
internal sealed class PlainRecall
{
    private static readonly BigInteger All = 1 << 24;

    // The latest first, and how often they were looked up.
    private readonly Dictionary<(int Channel, int Luma, int Orange), (List<int> Values, int Lookups)> _lists = [];
    private readonly Dictionary<(int Channel, int Experience, int Odds), (long Probability, int Count)> _counters = [];

    /// <summary>Codes a sample.</summary>
    /// <param name="channel">Its channel.</param>
    /// <param name="luma">The Y of its pixel, of later channels.</param>
    /// <param name="orange">The Co of its pixel, of the last channel.</param>
    /// <param name="value">The sample.</param>
    /// <param name="slots">What the mixture gives to any integer.</param>
    /// <returns>What is coded.</returns>
    public IEnumerable<SymbolInterval> Code(int channel, int luma, int orange, int value, Func<int, SymbolInterval> slots)
    {
        if (channel == 0)
            return [slots(value)];
        var key = (channel, luma, orange);
        (List<int> listed, int lookups) = _lists.GetValueOrDefault(key, ([], 0));
        IEnumerable<SymbolInterval> result = listed.Count == 0 ? [slots(value)] : [Decide(), Among()];
        listed = [value, .. listed.Where(other => other != value).Take(6)];
        _lists[key] = (listed, Math.Min(lookups + 1, 64));
        return result;

        SymbolInterval Decide()
        {
            long sum = listed.Sum(other => (long)slots(other).Frequency);
            int odds = Math.Clamp(BitOperations.Log2((ulong)sum) - BitOperations.Log2((ulong)((long)All - sum)), -12, 12);
            int experience = Enumerable.Range(0, 7).First(bits => lookups <= 1 << bits);
            var place = (channel, experience, odds);
            long initial = (long)Math.Min(odds < 0 ? (1 << 22) / ((1 << -odds) + 1) : (1 << 22) - ((1 << 22) / ((1 << odds) + 1)), (1 << 22) - 1);
            (long probability, int count) = _counters.GetValueOrDefault(place, (initial, 0));
            uint yes = (uint)Math.Clamp(probability / 64, 32, 65536 - 32) * 256;
            bool isListed = listed.Contains(value);
            long distance = (isListed ? (1 << 22) - 1 : 0) - probability, rate = 655360 / ((10 * count) + 16);
            _counters[place] = (probability + (long)Math.Floor(distance * rate / 65536.0), Math.Min(count + 1, 255));
            return isListed ? new(0, yes) : new(yes, (uint)All - yes);
        }

        SymbolInterval Among()
        {
            BigInteger sum = listed.Sum(other => (long)slots(other).Frequency), before, total;
            if (listed.Contains(value))
            {
                before = listed.TakeWhile(other => other != value).Sum(other => (long)slots(other).Frequency);
                total = sum;
            }
            else
            {
                before = slots(value).Start - listed.Where(other => other < value).Sum(other => (long)slots(other).Frequency);
                total = All - sum;
            }

            BigInteger start = before * All / total, end = (before + slots(value).Frequency) * All / total;
            return new((uint)start, (uint)(end - start));
        }
    }
}
