using BenchmarkDotNet.Running;

// From the root of the repository: dotnet run -c Release --project tests/Tessera.Benchmarks -- --filter "*" --job short
BenchmarkSwitcher.FromAssembly(typeof(Tessera.Benchmarks.LaneBenchmarks).Assembly).Run(args);
