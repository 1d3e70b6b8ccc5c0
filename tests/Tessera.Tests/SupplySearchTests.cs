using FsCheck;
using FsCheck.Fluent;

namespace Tessera.Tests;

/// <summary>How many starter tiles are tried, and which count is found.</summary>
public class SupplySearchTests
{
    // Each starter tile gives 100 bytes.
    [Theory]
    [InlineData(9, 0, new[] { 1 })]
    [InlineData(9, 100, new[] { 1 })]
    [InlineData(9, 101, new[] { 1, 2 })]
    [InlineData(9, 250, new[] { 1, 2, 4, 3 })]
    [InlineData(9, 400, new[] { 1, 2, 4, 3 })]
    [InlineData(99, 4500, new[] { 1, 2, 4, 8, 16, 32, 64, 45, 44 })]
    [InlineData(40, 3950, new[] { 1, 2, 4, 8, 16, 32, 40, 39 })]
    [InlineData(3, 500, new[] { 1, 2, 3 })]
    [InlineData(1, 500, new[] { 1 })]
    [InlineData(0, 0, new int[0])]
    public void Counts_are_tried_from_below_and_then_where_the_use_of_the_supply_says(int most, int need, int[] tried) =>
        Assert.Equal(tried, Search(most, count => need <= 100 * count ? new(100 * count, (100 * count) - need) : null, out _));

    [Fact]
    public void None_is_found_where_none_suffices()
    {
        Search(7, _ => null, out int? found);
        Assert.Null(found);
    }

    [Fact]
    public void The_smallest_count_is_found_whatever_the_use_says()
    {
        var cases =
            from most in Gen.Choose(0, 300)
            from smallest in Gen.Choose(1, 301)
            from used in Gen.Choose(0, 1000)
            select (most, smallest, used);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            List<int> tried = Search(c.most, count => count >= c.smallest ? new(1000, 1000 - c.used) : null, out int? found);
            Assert.Equal(c.smallest <= c.most ? c.smallest : null, found);
            Assert.Equal(tried.Distinct(), tried);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Where_a_higher_count_does_not_suffice_the_search_ends_at_one_that_does_and_whose_lower_neighbour_does_not()
    {
        var cases =
            from enough in ArbMap.Default.GeneratorFor<bool>().ArrayOf(40)
            from used in Gen.Choose(0, 1000)
            select (enough, used);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            List<int> tried = Search(40, count => c.enough[count - 1] ? new(1000, 1000 - c.used) : null, out int? found);
            if (found is { } count)
                Assert.True(c.enough[count - 1] && (count == 1 || !c.enough[count - 2]) && tried.Contains(count));
            else
                Assert.DoesNotContain(tried, t => c.enough[t - 1]);
        }).QuickCheckThrowOnFailure();
    }

    private static List<int> Search(int most, Func<int, SupplyUse?> attempt, out int? found)
    {
        var search = new SupplySearch(most);
        var tried = new List<int>();
        while (!search.IsOver)
        {
            tried.Add(search.Next);
            Assert.InRange(search.Next, 1, most);
            if (attempt(search.Next) is { } use)
                search.Sufficed(use);
            else
                search.Exhausted();
        }

        found = search.Found;
        return tried;
    }
}
