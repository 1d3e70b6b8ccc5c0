using System.Collections.Immutable;
using Tessera.Cli.Benchmarks.Codecs;

namespace Tessera.Cli.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Tessera">Tessera at its settings; at least one.</param>
/// <param name="Rivals">The rivals that were asked for.</param>
/// <param name="LeftOut">The rivals that run only if they are asked for, and were not.</param>
/// <param name="Repeats">How often each command runs, at least once.</param>
internal sealed record BenchOptions(ImmutableArray<Codec> Tessera, ImmutableArray<Codec> Rivals, ImmutableArray<Codec> LeftOut, int Repeats);

/// <summary>A picture's file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What the results call it.</param>
internal sealed record BenchInput(string Path, string Name);

/// <summary>What a run left.</summary>
/// <param name="Report">What it measured.</param>
/// <param name="Thumbnails">The pictures made small, as PNG files, one for each that was measured.</param>
/// <param name="Unreadable">Files that could not be read, and why.</param>
internal sealed record BenchResult(
    Results.BenchReport Report, ImmutableArray<ReadOnlyMemory<byte>> Thumbnails, ImmutableArray<(string Path, Failure Failure)> Unreadable);
