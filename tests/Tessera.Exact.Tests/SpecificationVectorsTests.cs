using Tessera.Exact.Managed;
using Tessera.Exact.Tests.Support;

namespace Tessera.Exact.Tests;

/// <summary>Runs the test vectors of <c>spec/arithmetic.md</c>, with the reference and with every kernel.</summary>
public sealed class SpecificationVectorsTests
{
    [Theory]
    [MemberData(nameof(SpecificationVectors.Names), MemberType = typeof(SpecificationVectors))]
    public void The_vectors_hold(string name)
    {
        VectorCase vectors = SpecificationVectors.Get(name);
        Assert.Equal(vectors.Expected, Assert.Single(new ReferenceEngine(vectors.Graph).Run([vectors.Input], 0)));
        foreach (ConvolutionKernel kernel in ConvolutionKernel.All.Where(k => k.IsSupported))
        {
            using IGraphExecutor executor = new ManagedEngine(1, _ => kernel).Prepare(vectors.Graph);
            GraphValue value = vectors.Graph.Graph.Outputs[0].Value;
            (int height, int width) = value.Sides(vectors.Input.Height, vectors.Input.Width);
            var output = new ExactTensor(1, height, width, value.Channels);
            executor.Run([vectors.Input], [output]);
            Assert.Equal(vectors.Expected, output.Values.ToArray());
        }
    }

    [Fact]
    public void There_are_vectors_of_every_section() => Assert.Equal(12, SpecificationVectors.All.Count);
}
