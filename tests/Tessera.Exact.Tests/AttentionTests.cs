using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>
/// The operations on tokens suffice for attention with landmarks as DenseFlow has it (Grcic, Grubisic and Segvic, "Densely connected
/// normalizing flows", arXiv 2106.04627): softmaxes of queries and keys with the means of groups of them, an iterated pseudo-inverse, and
/// no matrix with a row and a column for each token.
/// </summary>
public sealed class AttentionTests
{
    private const int Side = 16, Tokens = Side * Side, Width = 24, Landmarks = 4, Iterations = 6;

    // Queries, keys, values, exponents and V v are in units of 1/256.
    private const double Unit = 256, IdentityUnit = 2048, InverseUnit = 1024, MixedUnit = 64;
    private static readonly ValueRange Exponents = new(-8191, 8191), Parts = new(0, short.MaxValue);

    [Fact]
    public void Attention_with_landmarks_is_exact_and_near_to_what_real_numbers_give()
    {
        var builder = new GraphBuilder();
        GraphValue input = builder.Input("qkv", 3 * Width, ValueRange.Activation);
        builder.Output("output", Attention(builder, input));
        var bound = BoundGraph.Bind(builder.Build(), TensorFile.Read(Weights(builder.Build()).ToArray()));

        // Each quarter of the tokens looks another way, so that landmarks differ. An element that a token has lies where reinterpretation takes it.
        var random = new Random(1);
        double[][] tokens = [.. Enumerable.Range(0, Tokens).Select(t => Enumerable.Range(0, 3 * Width).Select(c => Draw(random, t, c)).ToArray())];
        var tile = new ExactTensor(1, Side, Side, 3 * Width);
        for (int i = 0; i < tile.Values.Length; i++)
            tile.Values[(i % Tokens * 3 * Width) + (i / Tokens)] = (short)(tokens[i / (3 * Width)][i % (3 * Width)] * Unit);

        var output = new ExactTensor(1, Side, Side, Width);
        using IGraphExecutor executor = new ManagedEngine(2).Prepare(bound);
        executor.Run([tile], [output]);
        Assert.Equal(new ReferenceEngine(bound).Run([tile], 0)[0], output.Values.ToArray());

        using IGraphExecutor single = new ManagedEngine(1).Prepare(bound);
        single.Run([tile], [output]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        single.Run([tile], [output]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        double[][] expected = Attention(tokens);
        for (int i = 0; i < output.Values.Length; i++)
            Assert.Equal(expected[i / Width][i % Width], output.Values[(i % Tokens * Width) + (i / Tokens)] / Unit, 0.05);
    }

    private static double Draw(Random random, int token, int channel)
    {
        int group = token / (Tokens / Landmarks);
        double noise = (random.NextDouble() * 2) - 1;
        double direction = channel % Landmarks == group ? 7 : -1;
        return Math.Floor((channel < 2 * Width ? direction + noise : (noise * 2) + group) * Unit) / Unit;
    }

    private static GraphValue Attention(GraphBuilder builder, GraphValue input)
    {
        GraphValue tokens = builder.Reinterpretation(input);
        GraphValue queries = builder.Slice(tokens, 0, Width), keys = builder.Slice(tokens, Width, Width), values = builder.Slice(tokens, 2 * Width, Width);
        GraphValue queryMeans = builder.TokenMeans(queries, Landmarks, 4, ValueRange.Full), keyMeans = builder.TokenMeans(keys, Landmarks, 4, ValueRange.Full);

        // D is kept transposed, and so is B: the softmaxes over landmarks go over channels.
        GraphValue a = builder.Product(queries, keyMeans, "a", Exponents, ProductKind.SecondTransposed);
        a = builder.Softmax(a, "a softmax", SoftmaxAxis.Tokens, 18, Parts);
        GraphValue d = builder.Product(keys, queryMeans, "d", Exponents, ProductKind.SecondTransposed);
        d = builder.Softmax(d, "d softmax", SoftmaxAxis.Channels, 14, Parts);
        GraphValue b = builder.Product(keyMeans, queryMeans, "b", Exponents, ProductKind.SecondTransposed);
        b = builder.Softmax(b, "b softmax", SoftmaxAxis.Channels, 14, Parts);

        // The columns of B add up to 1, its rows to at most the landmarks: B^T divided by their number is a start that converges.
        GraphValue seven = builder.Constant("seven", Landmarks, Landmarks, ValueRange.Full);
        GraphValue thirteen = builder.Constant("thirteen", Landmarks, Landmarks, ValueRange.Full), fifteen = builder.Constant("fifteen", Landmarks, Landmarks, ValueRange.Full);
        GraphValue inverse = builder.Product(b, builder.Constant("identity", Landmarks, Landmarks, ValueRange.Full), "start", ValueRange.Full);
        for (int i = 0; i < Iterations; i++)
        {
            GraphValue product = builder.Product(b, inverse, $"p{i}", ValueRange.Full, ProductKind.FirstTransposed);
            GraphValue rest = builder.Subtract(seven, product, ValueRange.Full);
            rest = builder.Subtract(fifteen, builder.Product(product, rest, $"q{i}", ValueRange.Full), ValueRange.Full);
            rest = builder.Subtract(thirteen, builder.Product(product, rest, $"r{i}", ValueRange.Full), ValueRange.Full);
            inverse = builder.Product(inverse, rest, $"v{i}", ValueRange.Full);
        }

        GraphValue mixed = builder.Product(inverse, builder.Product(d, values, "dv", ValueRange.Full, ProductKind.FirstTransposed), "bdv", ValueRange.Full);
        GraphValue result = builder.Product(a, mixed, "out", ValueRange.Full);
        return builder.Reinterpretation(builder.Add(result, values, ValueRange.Full), inverse: true);
    }

    private static TensorFileWriter Weights(Graph graph)
    {
        var writer = new TensorFileWriter();
        foreach (ParameterSpecification parameter in graph.Parameters)
        {
            string name = parameter.Name[..parameter.Name.LastIndexOf('.')];

            // The unit of a product's sums over that of its result, a power of two; means are multiplied by 16, and to be divided by the root of
            // the tokens. Results use all 16 bits, so that there are none to spare between the two roundings.
            double ratio = name[0] switch
            {
                'a' or 'd' when name.Length == 1 => Unit * 16 * Math.Sqrt(Tokens),
                'b' when name.Length == 1 => Unit * 16 * 16 * Tokens,
                's' => (1 << 14) * IdentityUnit * Landmarks / InverseUnit,
                'p' => (1 << 14) * InverseUnit / IdentityUnit,
                'q' or 'r' => IdentityUnit,
                'v' => IdentityUnit * 4,
                'd' => (1 << 14) * Unit / MixedUnit,
                'b' => InverseUnit,
                _ => (1 << 18) * MixedUnit / Unit,
            };
            int shift = (int)Math.Log2(ratio);
            int identity = name switch { "seven" => 7, "thirteen" => 13, "fifteen" => 15, _ => 1 };
            writer.Add(parameter.Name, parameter.Type, [.. parameter.Shape], parameter.Name[(name.Length + 1)..] switch
            {
                "shift" => [shift],
                "multiplier" => [32767],
                "values" => Enumerable.Range(0, Landmarks * Landmarks).Select(i => i % (Landmarks + 1) == 0 ? identity * (int)IdentityUnit : 0),
                _ => Enumerable.Range(0, parameter.Shape[0]).Select(distance => (int)Math.Round(32767 * Math.Exp(-distance / Unit))),
            });
        }

        return writer;
    }

    private static double[][] Attention(double[][] tokens)
    {
        double[][] q = Columns(tokens, 0), k = Columns(tokens, Width), v = Columns(tokens, 2 * Width);
        double[][] queryMeans = Means(q), keyMeans = Means(k);
        double[][] a = Softmax(Multiply(q, Transposed(keyMeans))), b = Softmax(Multiply(queryMeans, Transposed(keyMeans))), d = Softmax(Multiply(queryMeans, Transposed(k)));
        double[][] inverse = [.. Transposed(b).Select(row => row.Select(x => x / Landmarks).ToArray())];
        for (int i = 0; i < Iterations; i++)
        {
            double[][] p = Multiply(b, inverse);
            inverse = Multiply(inverse, Rest(13, Multiply(p, Rest(15, Multiply(p, Rest(7, p))))));
            inverse = [.. inverse.Select(row => row.Select(x => x / 4).ToArray())];
        }

        double[][] result = Multiply(a, Multiply(inverse, Multiply(d, v)));
        return [.. result.Select((row, t) => row.Select((x, c) => x + v[t][c]).ToArray())];
    }

    private static double[][] Columns(double[][] matrix, int first) => [.. matrix.Select(row => row[first..(first + Width)])];

    private static double[][] Means(double[][] matrix) =>
        [.. matrix.Chunk(Tokens / Landmarks).Select(group => Enumerable.Range(0, Width).Select(c => group.Average(row => row[c]) / Math.Sqrt(Tokens)).ToArray())];

    private static double[][] Multiply(double[][] a, double[][] b) =>
        [.. a.Select(row => Enumerable.Range(0, b[0].Length).Select(d => row.Select((x, k) => x * b[k][d]).Sum()).ToArray())];

    private static double[][] Transposed(double[][] matrix) => [.. Enumerable.Range(0, matrix[0].Length).Select(c => matrix.Select(row => row[c]).ToArray())];

    // Over rows: each column adds up to 1.
    private static double[][] Softmax(double[][] matrix) => Transposed([.. Transposed(matrix).Select(column =>
    {
        double sum = column.Sum(Math.Exp);
        return column.Select(x => Math.Exp(x) / sum).ToArray();
    })]);

    private static double[][] Rest(double multiple, double[][] matrix) =>
        [.. matrix.Select((row, i) => row.Select((x, j) => (i == j ? multiple : 0) - x).ToArray())];
}
