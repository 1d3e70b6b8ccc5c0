using Tessera.Entropy;

namespace Tessera.Models.BitSwap.Tests;

/// <summary>Variables whole and squeezed, of odd sides too.</summary>
public class VariableTests
{
    [Fact]
    public void Squares_become_channels_row_by_row()
    {
        Variable whole = Numbered(2, 4, 2), squeezed = Squeezed(whole);
        Assert.Equal((1, 2, 8), (squeezed.Height, squeezed.Width, squeezed.Channels));
        Assert.Equal([0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15], squeezed.Values.ToArray());
    }

    [Fact]
    public void The_last_row_and_column_are_repeated_if_there_is_an_odd_number()
    {
        Variable squeezed = Squeezed(Numbered(3, 1, 1));
        Assert.Equal((2, 1, 4), (squeezed.Height, squeezed.Width, squeezed.Channels));
        Assert.Equal([0, 0, 1, 1, 2, 2, 2, 2], squeezed.Values.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 3)]
    [InlineData(4, 7)]
    [InlineData(9, 6)]
    public void What_was_squeezed_comes_back_from_a_stack_that_holds_no_copies(int height, int width)
    {
        Variable whole = Numbered(height, width, 3), squeezed = Squeezed(whole);
        var distributions = new Distributions();
        distributions.Resize(squeezed.Values.Length);
        distributions.Locations.Clear();
        distributions.Levels.Fill(60);
        using AnsStack stack = new(), expected = new();
        squeezed.Push(stack, distributions);

        Variable popped = new(), back = new();
        popped.ResizeSqueezed(whole);
        using (var copy = AnsStack.FromBytes(stack.ToBytes()))
        {
            popped.Pop(copy, distributions);
            Assert.True(copy.IsEmpty);
        }

        Assert.Equal(squeezed.Values.ToArray(), popped.Values.ToArray());
        back.Resize(height, width, 3);
        popped.Unsqueeze(back);
        Assert.Equal(whole.Values.ToArray(), back.Values.ToArray());

        // As many bits as its elements take, and no more.
        foreach (int value in whole.Values)
            ScaleTables.Logistic.Push(expected, value, 0, 60);
        Assert.InRange(stack.BitCount - expected.BitCount, -1, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(135)]
    public void A_latent_is_drawn_from_a_table_s_own_bins_and_put_back(int level)
    {
        const int Location = -77;
        TablePlacement placement = ScaleTables.Logistic.Place(Location, level);
        int low = placement.Origin << placement.Shift;
        int high = ((placement.Origin + ScaleTables.Logistic.Tables.SymbolCount(placement.Table)) << placement.Shift) - 1;
        Variable latent = Numbered(1, 1, 4);
        var distributions = new Distributions();
        distributions.Resize(4);
        distributions.Locations.Fill(Location);
        distributions.Levels.Fill((byte)level);
        foreach (int outside in new[] { low - 1, high + 1, int.MinValue, int.MaxValue })
        {
            latent.Values.Fill(outside);
            using var stack = new AnsStack();
            Assert.Contains($"{outside}", Assert.Throws<TesseraFormatException>(() => latent.PutBack(stack, distributions)).Message, StringComparison.Ordinal);
        }

        // Both ends, and what bits that are all ones or all zeros give.
        foreach (int[] values in new int[][] { [low, high, low, high], [low, low, low, low], [high, high, high, high] })
        {
            values.CopyTo(latent.Values);
            using var stack = new AnsStack();
            latent.PutBack(stack, distributions);
            latent.Values.Clear();
            latent.Draw(stack, distributions);
            Assert.Equal(values, latent.Values.ToArray());
            Assert.True(stack.IsEmpty);
        }
    }

    private static Variable Numbered(int height, int width, int channels)
    {
        var variable = new Variable();
        variable.Resize(height, width, channels);
        for (int i = 0; i < variable.Values.Length; i++)
            variable.Values[i] = i;
        return variable;
    }

    private static Variable Squeezed(Variable whole)
    {
        var squeezed = new Variable();
        squeezed.ResizeSqueezed(whole);
        squeezed.Squeeze(whole);
        return squeezed;
    }
}
