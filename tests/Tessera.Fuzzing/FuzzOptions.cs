using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tessera.Fuzzing;

/// <summary>The command line.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = """
        Gives Tessera's readers hostile inputs.

          --list            show the targets
          --target T        one target, or those whose names begin with T; by default all
          --seconds N       how long for each target (10)
          --inputs N        how many inputs for each target at most
          --seed S          what the inputs depend on (1)
          --threads N       threads (all processors)
          --input N         run input N of a target and a seed again
          --file PATH       run this input
          --findings PATH   where findings are written (artifacts/fuzzing)

        The exit code is 1 if something was found.
        """;

    public string Target { get; private set; } = "";

    public bool Lists { get; private set; }

    public TimeSpan Time { get; private set; } = TimeSpan.FromSeconds(10);

    public long Inputs { get; private set; } = long.MaxValue;

    public int Seed { get; private set; } = 1;

    public int Threads { get; private set; } = Environment.ProcessorCount;

    public long? Input { get; private set; }

    public string? File { get; private set; }

    public string Folder { get; private set; } = Path.Combine("artifacts", "fuzzing");

    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out FuzzOptions? options, out string? error)
    {
        (options, error) = (null, null);
        var parsed = new FuzzOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--list")
            {
                parsed.Lists = true;
                continue;
            }

            if (i + 1 == arguments.Length || !parsed.Set(arguments[i], arguments[++i]))
            {
                error = arguments[i];
                return false;
            }
        }

        options = parsed;
        return true;
    }

    /// <summary>Whether a target is to be run. A whole name means that target alone.</summary>
    public bool Matches(string target) => Input is null && File is null ? target.StartsWith(Target, StringComparison.Ordinal) : target == Target;

    private bool Set(string name, string value)
    {
        bool isNumber = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        switch (name)
        {
            case "--target": Target = value; return true;
            case "--file": File = value; return true;
            case "--findings": Folder = value; return true;
            case "--seconds" when isNumber: Time = TimeSpan.FromSeconds(number); return true;
            case "--inputs" when isNumber: Inputs = number; return true;
            case "--seed" when isNumber && number <= int.MaxValue: Seed = (int)number; return true;
            case "--threads" when isNumber && number is >= 1 and <= 1024: Threads = (int)number; return true;
            case "--input" when isNumber: Input = number; return true;
            default: return false;
        }
    }
}
