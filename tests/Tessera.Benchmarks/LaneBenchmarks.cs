using System.Buffers;
using BenchmarkDotNet.Attributes;
using Tessera.Entropy;

namespace Tessera.Benchmarks;

/// <summary>
/// Interleaved streams. For the portable decoder, run with the environment variable <c>DOTNET_EnableAVX2=0</c>.
/// </summary>
[Config(typeof(SymbolsConfig))]
public class LaneBenchmarks : IDisposable
{
    private readonly TestData _data = new();
    private readonly LaneEncoder _encoder = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ushort[] _symbols = new ushort[TestData.Count];
    private readonly int[] _values = new int[TestData.Count];
    private byte[] _symbolStream = [];
    private byte[] _valueStream = [];

    [GlobalSetup]
    public void Setup()
    {
        EncodeSymbols();
        _symbolStream = _output.WrittenSpan.ToArray();
        EncodeValues();
        _valueStream = _output.WrittenSpan.ToArray();
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void EncodeSymbols()
    {
        _output.ResetWrittenCount();
        _encoder.Write(ScaleTables.Logistic.Tables, _data.Indices, _data.Symbols);
        _encoder.Finish(_output);
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void DecodeSymbols()
    {
        var decoder = new LaneDecoder(_symbolStream);
        decoder.Read(ScaleTables.Logistic.Tables, _data.Indices, _symbols);
        decoder.Finish();
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void EncodeValues()
    {
        _output.ResetWrittenCount();
        LaneValues.Write(_encoder, ScaleTables.Logistic, _data.Values, _data.Locations, _data.Levels);
        _encoder.Finish(_output);
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void DecodeValues()
    {
        var decoder = new LaneDecoder(_valueStream);
        LaneValues.Read(ref decoder, ScaleTables.Logistic, _values, _data.Locations, _data.Levels);
        decoder.Finish();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _encoder.Dispose();
        GC.SuppressFinalize(this);
    }
}
