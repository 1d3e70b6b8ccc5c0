using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Tessera.Entropy;

namespace Tessera.Benchmarks;

/// <summary>How long a program waits for its tables at their first use: each measurement is of a fresh process.</summary>
[SimpleJob(RunStrategy.ColdStart, launchCount: 5, warmupCount: 0, iterationCount: 1)]
public class TableBenchmarks
{
    [Params(nameof(ScaleTables.Logistic), nameof(ScaleTables.Gaussian))]
    public string Family { get; set; } = "";

    [Benchmark]
    public ScaleTables Build() => Family == nameof(ScaleTables.Logistic) ? ScaleTables.Logistic : ScaleTables.Gaussian;
}
