using System.Globalization;
using Tessera.Exact;
using Tessera.Fuzzing.Engine;
using Tessera.Fuzzing.Mutations;

namespace Tessera.Fuzzing.Targets;

/// <summary>The reader of weights files, on small ones.</summary>
internal sealed class TensorFileTarget : FuzzTarget
{
    public override string Name => "tensors";

    public override int RoundLength => 1 << 16;

    public override IReadOnlyList<byte[]> CreateSeeds() => Corpus.Read("tensors");

    public override byte[] Mutate(Random random, byte[] input, byte[] other) => TensorFileMutator.Mutate(random, input, other);

    public override FuzzRunner CreateRunner() => new Runner();

    private sealed class Runner : FuzzRunner
    {
        public override Outcome Run(byte[] input)
        {
            try
            {
                TensorFile file = TensorFile.Read(input);
                long bytes = file.Tensors.Values.Sum(t => (long)t.ToInt32().Length);
                if (bytes > input.Length)
                    throw new BrokenPromiseException($"A file of {input.Length} bytes gave {bytes} elements.");
                return Outcome.Accepted(string.Create(CultureInfo.InvariantCulture, $"{file.Tensors.Count} {file.Metadata.Count}"));
            }
            catch (WeightsException e)
            {
                return Outcome.Refused(e.Message);
            }
        }
    }
}
