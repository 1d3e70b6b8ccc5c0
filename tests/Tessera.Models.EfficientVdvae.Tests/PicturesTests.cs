using Tessera.Exact;

namespace Tessera.Models.EfficientVdvae.Tests;

/// <summary>Pictures, and what steps know of them.</summary>
public class PicturesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(7, 4)]
    [InlineData(8, 8)]
    public void Each_picture_has_every_second_row_and_column_of_the_one_before_and_gives_them_back(int height, int width)
    {
        Pictures pictures = Numbered(height, width, grids: 3);
        pictures.Thin();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(((pictures[i - 1].Height + 1) / 2, (pictures[i - 1].Width + 1) / 2), (pictures[i].Height, pictures[i].Width));
            Assert.Equal(Picked(pictures[i - 1]), pictures[i].Values.ToArray());
            pictures[i - 1].Values.Fill(-1);
            pictures.Spread(i - 1);
            Assert.Equal(Picked(pictures[i - 1]), pictures[i].Values.ToArray());
            Assert.Equal(pictures[i].Values.Length, pictures[i - 1].Values.ToArray().Count(element => element >= 0));
            Renumber(pictures);
        }

        Assert.Same(pictures[3], pictures.Top);

        static short[] Picked(ExactTensor picture) =>
            [.. picture.Values.ToArray().Where((_, i) => i / 3 % picture.Width % 2 == 0 && i / 3 / picture.Width % 2 == 0)];
    }

    [Fact]
    public void A_step_knows_the_pixels_of_the_steps_before()
    {
        Pictures pictures = Numbered(2, 4, grids: 1);
        Assert.Equal([0, 1, 2, 6, 7, 8], pictures.Known(0, 0).Values.ToArray());
        Assert.Equal([0, 1, 2, 15, 16, 17, 6, 7, 8, 21, 22, 23], pictures.Known(0, 1).Values.ToArray());
        Assert.Equal([0, 1, 2, 15, 16, 17, 3, 4, 5, 6, 7, 8, 21, 22, 23, 9, 10, 11], pictures.Known(0, 2).Values.ToArray());
    }

    [Fact]
    public void Where_a_square_lacks_a_pixel_its_first_is_known_instead_and_nothing_that_is_yet_to_be_told()
    {
        // One row: the pixel at the other end of the diagonal would be a copy of the one that the next step tells.
        Pictures pictures = Numbered(1, 3, grids: 1);
        Assert.Equal([0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 6, 7, 8], pictures.Known(0, 2).Values.ToArray());
        Assert.Equal((0, 1), Pictures.SquaresWith(pictures[0], 3));
        Assert.Equal((1, 1), Pictures.SquaresWith(pictures[0], 1));
        Assert.Equal((0, 2), Pictures.SquaresWith(pictures[0], 2));
    }

    private static Pictures Numbered(int height, int width, int grids)
    {
        var pictures = new Pictures(grids, new());
        pictures.Resize(height, width);
        Renumber(pictures);
        return pictures;
    }

    private static void Renumber(Pictures pictures)
    {
        for (int i = 0; i < pictures[0].Values.Length; i++)
            pictures[0].Values[i] = (short)i;
        pictures.Thin();
    }
}
