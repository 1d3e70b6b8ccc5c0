using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Tests;

/// <summary>The fuzzer finds what is planted, and finds it again.</summary>
public sealed class FuzzerTests
{
    [Fact]
    public void An_exception_of_another_type_is_found_and_reproduced()
    {
        var target = new Planted(input => input.Length > 4 && input[2] == 0x7F ? throw new TimeZoneNotFoundException("as planted") : Outcome.Accepted(""));
        Finding finding = Assert.Single(Run(target).Findings.DistinctBy(f => f.What.Split('\n')[0]));
        Assert.Contains("as planted", finding.What, StringComparison.Ordinal);
        Assert.Equal(finding.Input, Fuzzer.Reproduce(target, finding.Seed, finding.Number));
        Assert.Equal(0x7F, finding.Input[2]);
    }

    [Fact]
    public void A_promise_that_is_broken_is_found()
    {
        var target = new Planted(input => input.Length == 7 ? throw new BrokenPromiseException("seven") : Outcome.Refused("no"));
        Assert.Contains(Run(target).Findings, f => f.What == "seven");
    }

    [Fact]
    public void Inputs_that_cost_more_than_they_may_are_found()
    {
        var greedy = new Planted(input => Outcome.Accepted($"{(input.Length == 9 ? new byte[4 << 20] : input).Length}"));
        Assert.Contains(Run(greedy).Findings, f => f.What.Contains("made its reader allocate 4", StringComparison.Ordinal) && f.Input.Length == 9);

        // As many bytes are no finding for an image of as many pixels.
        var large = new Planted(input => Outcome.Accepted($"{(input.Length == 9 ? new byte[4 << 20] : input).Length}", pixels: 1 << 14));
        Assert.Empty(Run(large).Findings);

        var slow = new Planted(input =>
        {
            if (input.Length == 9)
                Thread.Sleep(250);
            return Outcome.Accepted("");
        });
        Assert.Contains(Run(slow).Findings, f => f.What.Contains("took", StringComparison.Ordinal));
    }

    [Fact]
    public void Outcomes_that_are_new_lead_to_others()
    {
        // Without them, the chance of all four letters together is one in 2^32 or so.
        var target = new Planted(input =>
        {
            int common = input.AsSpan().CommonPrefixLength("DEEP"u8);
            return common == 4 ? throw new BrokenPromiseException("deep") : Outcome.Refused(new string('x', common));
        })
        { Length = 1 << 19 };
        Assert.Contains(Run(target, inputs: 1 << 20).Findings, f => f.What == "deep");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_found_does_not_depend_on_threads(int threads)
    {
        var target = new Planted(input => input.Length == 5 ? throw new BrokenPromiseException("five") : Outcome.Refused("no"));
        FuzzStatistics seen = Fuzzer.Run(target, seed: 4, inputs: 3000, TimeSpan.FromMinutes(1), threads);
        Assert.Equal(3000, seen.Inputs);
        long first = seen.Findings.Min(f => f.Number);
        Assert.Equal(Fuzzer.Run(target, seed: 4, inputs: 3000, TimeSpan.FromMinutes(1), threads: 1).Findings.Min(f => f.Number), first);
    }

    private static FuzzStatistics Run(FuzzTarget target, long inputs = 20_000) => Fuzzer.Run(target, seed: 3, inputs, TimeSpan.FromMinutes(1), threads: 2);

    /// <summary>A reader with a planted fault.</summary>
    private sealed class Planted(Func<byte[], Outcome> read) : FuzzTarget
    {
        public override string Name => "planted";

        public int Length { get; init; } = 1 << 10;

        public override int RoundLength => Length;

        public override IReadOnlyList<byte[]> CreateSeeds() => ["some bytes"u8.ToArray(), [1, 2, 3]];

        public override byte[] Mutate(Random random, byte[] input, byte[] other) => ByteMutator.Mutate(random, input, other);

        public override FuzzRunner CreateRunner() => new Runner(read);

        private sealed class Runner(Func<byte[], Outcome> read) : FuzzRunner
        {
            public override Outcome Run(byte[] input) => read(input);
        }
    }
}
