namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>The published configurations have the published numbers.</summary>
public class PublishedHierarchyTests
{
    public static TheoryData<string, PublishedHierarchy, int, int[], long, long, long, long> Published => new()
    {
        // Of each: side, top-down blocks of each resolution from 1 x 1 on, latents of an image; parameters bottom-up, top-down, and of these of unpooling.
        { "CIFAR-10 C1", PublishedHierarchy.Cifar10C1, 32, [3, 4, 7, 11, 22], 413_744, 6_708_384, 11_415_636, 92_160 },
        { "CIFAR-10", PublishedHierarchy.Cifar10Base, 32, [3, 4, 7, 11, 22], 827_488, 16_497_696, 40_100_996, 522_240 },
        { "ImageNet 32 C1", PublishedHierarchy.ImageNet32C1, 32, [6, 7, 19, 25, 16], 1_157_664, 16_280_640, 36_008_676, 122_880 },
        { "ImageNet 32", PublishedHierarchy.ImageNet32Base, 32, [6, 7, 19, 25, 16], 771_776, 38_868_992, 106_199_396, 696_320 },
        { "ImageNet 64 C1", PublishedHierarchy.ImageNet64C1, 64, [6, 7, 19, 25, 16, 11], 4_427_136, 16_598_848, 40_401_892, 417_792 },
        { "ImageNet 64 C2", PublishedHierarchy.ImageNet64C2, 64, [6, 7, 19, 25, 16, 11], 2_213_568, 43_365_760, 125_001_828, 2_793_472 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Sizes_are_those_of_the_paper_and_of_its_authors_code(
        string name, PublishedHierarchy hierarchy, int side, int[] blocks, long latents, long bottomUp, long topDown, long unpooling)
    {
        Assert.NotEmpty(name);
        Assert.Equal(side, hierarchy.Size);
        Assert.Equal(blocks, hierarchy.Resolutions.Reverse().Select(resolution => resolution.TopDownBlocks));
        Assert.Equal(blocks.Sum(), hierarchy.TopDownBlocks);
        Assert.Equal(latents, hierarchy.LatentCount);
        Assert.Equal(bottomUp, hierarchy.BottomUpParameterCount);
        Assert.Equal(topDown, hierarchy.TopDownParameterCount);
        Assert.Equal(unpooling, hierarchy.UnpoolParameterCount);
    }

    [Fact]
    public void Parameters_in_all_are_those_that_the_paper_rounds()
    {
        Assert.Equal(18_124_020, PublishedHierarchy.Cifar10C1.ParameterCount);
        Assert.Equal(56_598_692, PublishedHierarchy.Cifar10Base.ParameterCount);
        Assert.Equal(52_289_316, PublishedHierarchy.ImageNet32C1.ParameterCount);
        Assert.Equal(145_068_388, PublishedHierarchy.ImageNet32Base.ParameterCount);
        Assert.Equal(57_000_740, PublishedHierarchy.ImageNet64C1.ParameterCount);
        Assert.Equal(168_367_588, PublishedHierarchy.ImageNet64C2.ParameterCount);
        Assert.Equal([33, 48, 53], new[] { PublishedHierarchy.Cifar10C1, PublishedHierarchy.ImageNet32C1, PublishedHierarchy.ImageNet64C1 }.Select(h => h.BottomUpBlocks));
    }
}
