using System.Collections.Immutable;
using System.Globalization;
using Tessera.Entropy;
using Tessera.Models.DenseFlow.Tests.Support;

namespace Tessera.Models.DenseFlow.Tests;

/// <summary>Runs the test vectors of <c>spec/denseflow.md</c>.</summary>
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

        Assert.Equal(112, count);
    }
}

/// <summary>Reads vectors, and says what an operation gives.</summary>
internal sealed class SpecificationVectors : IDisposable
{
    private AnsStack _main = new();
    private TwoStacks _stacks;

    public SpecificationVectors() => _stacks = new(_main);

    public static IEnumerable<string> Read()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Repository.PathOf("spec", "denseflow.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line == "```vectors";
            else if (inside)
                yield return line;
        }
    }

    public string Evaluate(string operation)
    {
        string[] parts = operation.Split(" /", StringSplitOptions.TrimEntries), words = parts[0].Split(' ');
        try
        {
            return (words[0] switch
            {
                "load" => Load(words[1..]),
                "bins" => Bins(Numbers(words[1])[0]),
                "factor" => $"{ScaleFactors.Of(Numbers(words[1])[0])}",
                "segment" => Segment(Numbers(string.Join(' ', words[1..])), parts[1], parts[2..]),
                "translate" or "untranslate" or "upper" or "unupper" or "lower" or "unlower" => Stackless(words[0], parts),
                "begin" or "end" or "feed" or "unfeed" or "join" or "part" or "draw-noise" or "put-back-noise" => Both(words[0], Numbers(string.Join(' ', words[1..]))),
                _ => $"{Single(words[0], Numbers(string.Join(' ', words[1..])), [.. parts[1..].Select(Numbers)])} {Words(_main)}",
            }).Trim();
        }
        catch (FixedPointOverflowException)
        {
            return "overflow";
        }
        catch (AnsUnderflowException)
        {
            return "underflow";
        }
        catch (TesseraFormatException)
        {
            return "damaged";
        }
    }

    public void Dispose()
    {
        _stacks.Dispose();
        _main.Dispose();
    }

    private string Load(IEnumerable<string> words)
    {
        Dispose();
        _main = AnsStack.FromWords([.. words.Select(Word)]);
        _stacks = new(_main);
        return Words(_main);
    }

    private static string Bins(int level)
    {
        IEnumerable<uint> frequencies = Enumerable.Range(0, GaussianBins.SymbolCount(level)).Select(symbol => GaussianBins.Interval(level, symbol).Frequency);
        return $"{-GaussianBins.Origin(level) - 1} {string.Join(' ', frequencies)}";
    }

    private static string Stackless(string operation, string[] parts)
    {
        int[] a = Numbers(parts[0][operation.Length..]);
        if (operation is "translate" or "untranslate")
        {
            int[] value = [a[0]];
            (operation == "translate" ? (Action<Span<int>, ReadOnlySpan<short>, int>)Translation.Add : Translation.Subtract)(value, [(short)a[1]], a[2]);
            return $"{value[0]}";
        }

        var factor = new TriangularFactor(a.Length, operation.EndsWith("upper", StringComparison.Ordinal), [.. Numbers(parts[1])]);
        if (operation.StartsWith("un", StringComparison.Ordinal))
            factor.Invert(a);
        else
            factor.Apply(a);
        return string.Join(' ', a);
    }

    private string Single(string operation, int[] a, int[][] parts)
    {
        switch (operation)
        {
            case "scale":
                return $"{ModularScale.Apply(_main, a[0], (uint)a[1])}";
            case "unscale":
                return $"{ModularScale.Invert(_main, a[0], (uint)a[1])}";
            case "matrix" or "unmatrix":
                int channels = parts[1].Length;
                var matrix = new InvertibleMatrix(
                    new(channels, isUpper: true, [.. parts[0]]),
                    [.. parts[1].Select(factor => (uint)factor)],
                    new(channels, isUpper: false, [.. parts[2]]),
                    [.. parts[3]],
                    [.. parts[4]]);
                var tensor = new FixedTensor(a, 1, a.Length / channels, channels);
                if (operation == "matrix")
                    matrix.Apply(_main, tensor);
                else
                    matrix.Invert(_main, tensor);
                return string.Join(' ', a);
            case "couple" or "uncouple":
                var values = new FixedTensor(parts[0], 1, 2, parts[0].Length / 2);
                short[] parameters = [.. parts[1].Select(p => (short)p)];
                if (operation == "couple")
                    AffineCoupling.Apply(_main, values, parameters, a[0]);
                else
                    AffineCoupling.Invert(_main, values, parameters, a[0]);
                return string.Join(' ', parts[0]);
            case "dequantise":
                Dequantizer.Apply(_main, parts[0], a[0]);
                return string.Join(' ', parts[0]);
            case "quantise":
                Dequantizer.Invert(_main, parts[0], a[0]);
                return string.Join(' ', parts[0]);
            case "push-gaussian":
                FixedGaussian.Push(_main, a[0], a[1], a[2]);
                return "";
            case "pop-gaussian":
                return $"{FixedGaussian.Pop(_main, a[0], a[1])}";
            case "draw":
                return $"{FixedGaussian.Draw(_main, a[0], a[1])}";
            case "put-back":
                FixedGaussian.PutBack(_main, a[0], a[1], a[2]);
                return "";
            default:
                throw new InvalidDataException($"There is no operation {operation}.");
        }
    }

    private string Both(string operation, int[] a)
    {
        string shown = "";
        switch (operation)
        {
            case "begin":
                _stacks.Begin();
                break;
            case "end":
                Assert.True(_stacks.TryEnd());
                break;
            case "feed":
                _stacks.Feed(a[0]);
                break;
            case "unfeed":
                _stacks.Unfeed();
                break;
            case "join":
                _stacks.Join();
                break;
            case "part":
                _stacks.Part();
                break;
            case "draw-noise":
                int[] value = [0];
                new NoiseSource(_stacks.Noise).Draw(value, [a[0]], [(byte)a[1]]);
                shown = $"{value[0]} ";
                break;
            case "put-back-noise":
                new NoiseSource(_stacks.Noise).PutBack([a[0]], [a[1]], [(byte)a[2]]);
                break;
        }

        return $"{shown}{Words(_main)} | {Words(_stacks.Noise)}";
    }

    // Encodes by hand, since how much blocks are fed is an encoder's choice, and has a reader decode what came out.
    private static string Segment(int[] shape, string supply, string[] blocks)
    {
        using AnsStack stack = AnsStack.FromWords([.. supply.Split(' ').Select(Word)]);
        using var stacks = new TwoStacks(stack);
        stacks.Begin();
        foreach (string block in blocks)
        {
            ExampleFlow flow = Flow();
            string[] words = block.Split(' ');
            Numbers(string.Join(' ', words[1..])).CopyTo(flow.Samples, 0);
            if (words[0] == "plain")
            {
                flow.PushPlain(stack);
            }
            else
            {
                stacks.Feed(Numbers(words[0])[0]);
                flow.Push(stack, new(stacks.Noise));
            }

            BlockKind.Push(stack, words[0] != "plain");
        }

        stacks.Join();
        string payload = Words(stack);

        using var reader = new SegmentReader(stack);
        foreach (string block in blocks.Reverse())
        {
            ExampleFlow flow = Flow();
            reader.Pop(flow);
            Assert.Equal(string.Join(' ', block.Split(' ')[1..]), string.Join(' ', flow.Samples));
        }

        reader.Finish();
        Assert.Equal(supply, Words(stack));
        return payload;

        ExampleFlow Flow() => new(shape[0], shape[1], shape[2], shape[3]);
    }

    private static int[] Numbers(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    private static uint Word(string word) => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Words(AnsStack stack) =>
        string.Join(' ', stack.ToWords().Select(word => word.ToString("x8", CultureInfo.InvariantCulture)));
}
