using BenchmarkDotNet.Attributes;
using Tessera.Entropy;

namespace Tessera.Benchmarks;

/// <summary>The stack: uniform symbols, values by location and scale, mixtures of two.</summary>
[Config(typeof(SymbolsConfig))]
public class StackBenchmarks : IDisposable
{
    private readonly TestData _data = new();
    private readonly AnsStack _stack = new();
    private readonly MixtureComponent[] _components = new MixtureComponent[2];
    private AnsSnapshot? _uniform;
    private AnsSnapshot? _values;
    private AnsSnapshot? _mixture;

    [GlobalSetup]
    public void Setup()
    {
        PushUniform();
        _uniform = _stack.TakeSnapshot();
        PushValues();
        _values = _stack.TakeSnapshot();
        PushMixture();
        _mixture = _stack.TakeSnapshot();
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void PushUniform()
    {
        _stack.Clear();
        foreach (int value in _data.Values)
            _stack.PushUniform((uint)value, 257);
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public uint PopUniform()
    {
        _stack.Restore(_uniform!);
        uint sum = 0;
        for (int i = 0; i < TestData.Count; i++)
            sum += _stack.PopUniform(257);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void PushValues()
    {
        _stack.Clear();
        for (int i = 0; i < TestData.Count; i++)
            ScaleTables.Logistic.Push(_stack, _data.Values[i], _data.Locations[i], _data.Levels[i]);
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public int PopValues()
    {
        _stack.Restore(_values!);
        int sum = 0;
        for (int i = TestData.Count - 1; i >= 0; i--)
            sum += ScaleTables.Logistic.Pop(_stack, _data.Locations[i], _data.Levels[i]);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public void PushMixture()
    {
        _stack.Clear();
        for (int i = 0; i < TestData.Count; i++)
            MixtureAt(i).Push(_stack, _data.Values[i]);
    }

    [Benchmark(OperationsPerInvoke = TestData.Count)]
    public int PopMixture()
    {
        _stack.Restore(_mixture!);
        int sum = 0;
        for (int i = TestData.Count - 1; i >= 0; i--)
            sum += MixtureAt(i).Pop(_stack);
        return sum;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _stack.Dispose();
        GC.SuppressFinalize(this);
    }

    private Mixture MixtureAt(int i)
    {
        _components[0] = ScaleTables.Logistic.Component(_data.Locations[i], _data.Levels[i], 3);
        _components[1] = ScaleTables.Logistic.Component(_data.Locations[i] + 200, 40, 1);
        return new Mixture(ScaleTables.Logistic, _components, 2, 0, 255);
    }
}
