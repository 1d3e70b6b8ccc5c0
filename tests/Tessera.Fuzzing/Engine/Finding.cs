namespace Tessera.Fuzzing.Engine;

/// <summary>An input that a target must not have answered as it did.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Number">The input's number.</param>
/// <param name="Input">The input.</param>
/// <param name="What">What happened.</param>
internal sealed record Finding(string Target, int Seed, long Number, byte[] Input, string What)
{
    /// <summary>The arguments that bring it back.</summary>
    public string Arguments => $"--target {Target} --seed {Seed} --input {Number}";
}
