using System.Buffers;
using System.Globalization;

namespace Tessera.Entropy.Tests;

/// <summary>Runs the test vectors of <c>spec/entropy.md</c>.</summary>
public sealed class SpecificationVectorsTests
{
    [Fact]
    public void The_vectors_of_the_specification_hold()
    {
        using var vectors = new SpecificationVectors();
        int count = 0;
        foreach (string line in SpecificationVectors.Read())
        {
            string[] sides = line.Split("=>", StringSplitOptions.TrimEntries);
            Assert.Equal(2, sides.Length);
            string actual = vectors.Evaluate(sides[0]);
            Assert.True(sides[1] == actual, $"{sides[0]} => {actual}");
            count++;
        }

        Assert.Equal(49, count);
    }
}

/// <summary>Reads vectors, and says what an operation gives.</summary>
internal sealed class SpecificationVectors : IDisposable
{
    private AnsStack _stack = new();

    public static IEnumerable<string> Read()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(FindRoot(), "spec", "entropy.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line == "```vectors";
            else if (inside)
                yield return line;
        }
    }

    public string Evaluate(string operation)
    {
        string[] words = operation.Split(' ');
        return words[0] switch
        {
            "lanes" => Lanes(words[1..]),
            "table" => Table(Family(words[1]), Numbers(words[2..])),
            "value" => Value(Family(words[1]), Numbers(words[2..])),
            "mixture" => Mix(Family(words[1]), words[2..]),
            "adaptive" => Adaptive(words[1..]),
            _ => Stack(words[0], words[1..]),
        };
    }

    public void Dispose() => _stack.Dispose();

    private string Stack(string operation, string[] arguments)
    {
        if (operation == "load")
        {
            _stack.Dispose();
            IEnumerable<uint> loaded = arguments.Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            _stack = AnsStack.FromWords([.. loaded]);
            return Words(_stack);
        }

        ulong[] a = [.. arguments.Select(argument => ulong.Parse(argument, CultureInfo.InvariantCulture))];
        uint? popped = null;
        switch (operation)
        {
            case "push-symbol":
                _stack.Push((uint)a[0], (uint)a[1], (int)a[2]);
                break;
            case "push-uniform":
                _stack.PushUniform((uint)a[0], a[1]);
                break;
            case "push-bits":
                _stack.PushBits((uint)a[0], (int)a[1]);
                break;
            case "pop-symbol":
                popped = _stack.Peek((int)a[2]);
                _stack.Drop((uint)a[0], (uint)a[1], (int)a[2]);
                break;
            case "pop-uniform":
                popped = _stack.PopUniform(a[0]);
                break;
            case "pop-bits":
                popped = _stack.PopBits((int)a[0]);
                break;
            default:
                throw new InvalidDataException($"There is no operation {operation}.");
        }

        return popped is null ? Words(_stack) : $"{popped} {Words(_stack)}".TrimEnd();
    }

    private static string Lanes(string[] arguments)
    {
        int split = Array.IndexOf(arguments, "bits");
        ushort[] symbols = [.. Numbers(arguments[..split]).Select(symbol => (ushort)symbol)];
        var builder = new FrequencyTablesBuilder();
        builder.Add([1, 60000, 5000, 500, 35]);
        using var encoder = new LaneEncoder();
        encoder.Write(builder.Build(), new ushort[symbols.Length], symbols);
        foreach (string bits in arguments[(split + 1)..])
        {
            int[] parts = Numbers(bits.Split(':'));
            encoder.WriteBits((uint)parts[0], parts[1]);
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static string Table(ScaleTables family, int[] a)
    {
        TablePlacement placement = family.Place(a[0], a[1]);
        FrequencyTables tables = family.Tables;
        IEnumerable<uint> starts = Enumerable.Range(0, tables.SymbolCount(placement.Table))
            .Select(symbol => tables.Interval(placement.Table, symbol).Start);
        return $"{placement.Table} {placement.Origin} {placement.Shift} {string.Join(' ', starts)}";
    }

    private static string Value(ScaleTables family, int[] a)
    {
        TablePlacement placement = family.Place(a[0], a[1]);
        using var stack = new AnsStack();
        family.Push(stack, a[2], a[0], a[1]);
        return $"{placement.Table} {placement.Origin} {placement.Shift} {Words(stack)}";
    }

    private static string Mix(ScaleTables family, string[] arguments)
    {
        int[] a = Numbers(arguments[..3]);
        MixtureComponent[] components =
            [.. arguments[3..^1].Select(part => Numbers(part.Split(':'))).Select(c => family.Component(c[0], c[1], (uint)c[2]))];
        SymbolInterval interval = new Mixture(family, components, a[0], a[1], a[2]).Interval(Numbers(arguments[^1..])[0]);
        return $"{interval.Start} {interval.Frequency}";
    }

    private static string Adaptive(string[] arguments)
    {
        using var encoder = new AdaptiveAnsEncoder();
        foreach (string symbol in arguments)
        {
            if (symbol.Contains(':', StringComparison.Ordinal))
            {
                int[] decision = Numbers(symbol.Split(':'));
                encoder.AddBit(decision[0], (uint)decision[1]);
            }
            else
            {
                int[] bits = Numbers(symbol.Split('/'));
                encoder.AddUniform((uint)bits[0], bits[1]);
            }
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Finish(output);
        return Convert.ToHexStringLower(output.WrittenSpan);
    }

    private static ScaleTables Family(string name) => name == "logistic" ? ScaleTables.Logistic : ScaleTables.Gaussian;

    private static int[] Numbers(IEnumerable<string> words) => [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    private static string Words(AnsStack stack) =>
        string.Join(' ', stack.ToWords().Select(word => word.ToString("x8", CultureInfo.InvariantCulture)));

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Codec.sln")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
