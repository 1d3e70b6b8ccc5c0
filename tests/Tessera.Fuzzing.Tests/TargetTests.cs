using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Targets;

namespace Tessera.Fuzzing.Tests;

/// <summary>A short run of every target. Long ones are the program's: docs/fuzzing.md.</summary>
public sealed class TargetTests
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1.2);

    private static readonly IReadOnlyList<FuzzTarget> Targets = FuzzTargets.All();

    public static TheoryData<string> Names => [.. Targets.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_inputs_are_refused_as_it_is_documented_and_cost_what_they_may(string name)
    {
        FuzzStatistics seen = Fuzzer.Run(Targets.Single(t => t.Name == name), seed: 1, long.MaxValue, Time, threads: 1);
        Assert.True(seen.Inputs > 0);
        Assert.True(seen.Findings.Count == 0, string.Join(Environment.NewLine, seen.Findings.Select(f => $"{f.Arguments}: {f.What} {Convert.ToHexString(f.Input.AsSpan(0, Math.Min(512, f.Input.Length)))}")));
    }

    [Fact]
    public void Every_seed_of_the_corpus_that_is_whole_is_accepted()
    {
        foreach (string name in (string[])["container", "png", "netpbm", "tensors", "header"])
        {
            FuzzTarget target = Targets.Single(t => t.Name == name);
            using FuzzRunner runner = target.CreateRunner();
            IReadOnlyList<byte[]> seeds = target.CreateSeeds();
            Assert.Contains(seeds, seed => runner.Run(seed).Kind == OutcomeKind.Accepted);
            Assert.True(seeds.Count(seed => runner.Run(seed).Kind == OutcomeKind.Accepted) >= seeds.Count - 1, name);
        }
    }

    [Fact]
    public void Every_model_and_its_weights_are_targets()
    {
        foreach (string id in (string[])["classic", "causal/photo", "idfpp/photo", "bitswap/photo", "evdvae/photo"])
        {
            Assert.Contains(Targets, t => t.Name == "model:" + id);
            Assert.Equal(id != "classic", Targets.Any(t => t.Name == "weights:" + id));
        }
    }
}
