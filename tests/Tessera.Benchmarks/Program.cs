using System.Globalization;
using BenchmarkDotNet.Running;
using Tessera.Benchmarks;

// From the root of the repository:
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- --filter "*" --job short
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- convolutions
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- engine managed samples/coffee.png
//     dotnet run -c Release --project tests/Tessera.Benchmarks -- speed swift 1 samples/coffee.png
//     dotnet run -c Release --project tests/Tessera.Benchmarks -p:LibTorch=TorchSharp-cuda-linux -- engine cuda:0 samples/coffee.png 64
if (args is ["convolutions"])
    ConvolutionTable.Print(Console.Out);
else if (args is ["engine", var engine, var image, .. { Length: <= 1 } threads])
    await EngineTable.PrintAsync(Console.Out, engine, image, threads is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 0);
else if (args is ["speed", var model, var effort, .. var images])
    await SpeedTable.PrintAsync(Console.Out, model, int.Parse(effort, CultureInfo.InvariantCulture), images);
else
    BenchmarkSwitcher.FromAssembly(typeof(LaneBenchmarks).Assembly).Run(args);
