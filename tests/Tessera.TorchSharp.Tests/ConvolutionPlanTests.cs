using FsCheck;
using FsCheck.Fluent;
using Tessera.Exact;
using Tessera.Exact.Tests.Support;
using Tessera.TorchSharp.Tests.Support;

namespace Tessera.TorchSharp.Tests;

/// <summary>Parts of convolutions hold every product once, and none can exceed what a device keeps.</summary>
public class ConvolutionPlanTests
{
    [Fact]
    public void Parts_hold_every_product_once_and_stay_within_the_limit()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            BoundConvolution convolution = Convolution(1 + random.Next(60), 1 + random.Next(8), 1 + (2 * random.Next(3)), seed);
            var arithmetic = new DeviceArithmetic(2047, 260_000L << random.Next(8));
            ConvolutionPlan plan = ConvolutionPlan.Create(convolution, arithmetic);

            int channels = convolution.Operation.Input.Channels, places = convolution.Operation.Kernel * convolution.Operation.Kernel;
            IEnumerable<(int, int)> all = plan.Parts.SelectMany(part => part).SelectMany(Products);
            Assert.Equal(from place in Enumerable.Range(0, places) from channel in Enumerable.Range(0, channels) select (place, channel), all);
            Assert.All(plan.Parts, part => Assert.All(Enumerable.Range(0, convolution.Bias.Length), output => Assert.InRange(
                part.SelectMany(Products).Sum(product => Bound(output, product)), 0, arithmetic.SumLimit)));

            // No part could have begun later.
            for (int i = 1; i < plan.Parts.Length; i++)
            {
                (int, int) next = Products(plan.Parts[i][0]).First();
                Assert.Contains(Enumerable.Range(0, convolution.Bias.Length), output =>
                    plan.Parts[i - 1].SelectMany(Products).Append(next).Sum(product => Bound(output, product)) > arithmetic.SumLimit);
            }

            static IEnumerable<(int Place, int Channel)> Products(ProductSlice slice) =>
                Enumerable.Range(slice.First, slice.Count).Select(channel => (slice.Place, channel));
            long Bound(int output, (int Place, int Channel) product) =>
                Math.Abs((long)convolution.Weights[(((output * places) + product.Place) * channels) + product.Channel]) * convolution.Operation.Input.Range.Magnitude;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_layer_whose_bound_fits_is_one_part() =>
        Assert.Single(ConvolutionPlan.Create(Convolution(64, 3, 1, 1), DeviceArithmetic.TensorFloat).Parts);

    [Fact]
    public void A_graph_whose_factors_or_products_a_device_does_not_keep_is_refused_with_the_reason()
    {
        BoundGraph graph = Bound(4, 2, 3, 1);
        Assert.Contains("'layer' multiplies elements of up to 2047 by weights of up to", Refusal(new(255, 1 << 24)), StringComparison.Ordinal);
        Assert.Contains("A single product of the convolution 'layer'", Refusal(new(2047, 200_000)), StringComparison.Ordinal);
        ExactGraph.Check(graph, new(2047, 260_000));

        string Refusal(DeviceArithmetic arithmetic)
        {
            using TorchEngine engine = Engines.On(Engines.Options, new ManagedDevice { Arithmetic = arithmetic });
            return Assert.Throws<InexactGraphException>(() => engine.Prepare(graph)).Message;
        }
    }

    [Fact]
    public void What_is_exact_on_the_least_exact_device_runs_on_all()
    {
        using TorchEngine engine = Engines.On(
            Engines.Options, new ManagedDevice(), new ManagedDevice { Arithmetic = new(255, 1 << 24) });
        Assert.Throws<InexactGraphException>(() => engine.Prepare(Bound(4, 2, 3, 1)));
    }

    private static BoundConvolution Convolution(int inputs, int outputs, int kernel, int seed) =>
        Assert.IsType<BoundConvolution>(Bound(inputs, outputs, kernel, seed).Nodes[1]);

    // One of the weights is as large as can be.
    private static BoundGraph Bound(int inputs, int outputs, int kernel, int seed)
    {
        var builder = new GraphBuilder();
        builder.Output("output", builder.Convolution(builder.Input("input", inputs, ValueRange.Activation), "layer", outputs, kernel, ValueRange.Full));
        Graph graph = builder.Build();
        var random = new Random(seed);
        int[] weights = [127, .. Enumerable.Range(1, (outputs * kernel * kernel * inputs) - 1).Select(_ => random.Next(-127, 128))];
        return BoundGraph.Bind(graph, TensorFile.Read(new TensorFileWriter()
            .Add("layer.weight", TensorType.I8, [outputs, kernel, kernel, inputs], weights)
            .Add("layer.bias", TensorType.I32, [outputs], new int[outputs])
            .Add("layer.shift", TensorType.U8, [outputs], Enumerable.Repeat(12, outputs))
            .Add("layer.multiplier", TensorType.I16, [outputs], Enumerable.Repeat(20000, outputs))
            .ToArray()));
    }
}
