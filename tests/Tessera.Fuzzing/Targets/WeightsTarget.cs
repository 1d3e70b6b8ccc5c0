using System.Reflection;
using Tessera.Exact;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>The weights of a model: those that are published with it, changed, are given to the public constructor of its type that takes weights.</summary>
internal sealed class WeightsTarget(TileModel model) : FuzzTarget
{
    private readonly Func<TensorFile, object> _create = FindConstructor(model.GetType());

    public override string Name => "weights:" + model.Identity.Id;

    public override int RoundLength => 1 << 10;

    public override CostBound Bound { get; } = CostBound.Default with { Milliseconds = 2000, Bytes = 128 << 20 };

    public override IReadOnlyList<byte[]> CreateSeeds()
    {
        using Stream stream = model.GetType().Assembly.GetManifestResourceStream($"{model.Identity.Id} {model.Identity.Version}")
            ?? throw new InvalidOperationException($"The assembly of {model.Identity} does not hold its weights.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return [bytes];
    }

    public override byte[] Mutate(Random random, byte[] input, byte[] other) => TensorFileMutator.Mutate(random, input, other);

    public override FuzzRunner CreateRunner() => new Runner(_create);

    private static Func<TensorFile, object> FindConstructor(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().First(c => c.GetParameters() is [{ } first, ..] && first.ParameterType == typeof(TensorFile));
        object?[] rest = [.. constructor.GetParameters()[1..].Select(p => p.DefaultValue)];
        return file => constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [file, .. rest], null);
    }

    private sealed class Runner(Func<TensorFile, object> create) : FuzzRunner
    {
        public override Outcome Run(byte[] input)
        {
            try
            {
                return Outcome.Accepted(create(TensorFile.Read(input)).GetType().Name);
            }
            catch (WeightsException e)
            {
                return Outcome.Refused(e.Message);
            }
        }
    }
}
