using BenchmarkDotNet.Running;
using Tessera.Benchmarks;

// From the root of the repository:
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- --filter "*" --job short
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- convolutions
if (args is ["convolutions"])
    ConvolutionTable.Print(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(LaneBenchmarks).Assembly).Run(args);
