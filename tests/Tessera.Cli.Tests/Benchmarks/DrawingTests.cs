using FsCheck;
using FsCheck.Fluent;
using Tessera.Cli.Benchmarks.Pages;

namespace Tessera.Cli.Tests.Benchmarks;

/// <summary>Geometry of plots and small pictures.</summary>
public sealed class DrawingTests
{
    private static readonly Box Frame = new(0, 0, 500, 400);

    [Fact]
    public void Labels_cover_neither_each_other_nor_points_nor_obstacles_and_stay_in_the_frame()
    {
        var requests = from x in Gen.Choose(5, 495) from y in Gen.Choose(5, 395) from width in Gen.Choose(20, 110) select new LabelRequest(x, y, width);
        Prop.ForAll(requests.ArrayOf(14).ToArbitrary(), all =>
        {
            Box[] obstacles = [new(100, 100, 50, 2)];
            Box?[] places = [.. new LabelPlacement(Frame, 15, 6).Place(all, obstacles)];
            Assert.Equal(all.Length, places.Length);
            Box[] found = [.. places.OfType<Box>()];
            Assert.All(found, box =>
            {
                Assert.True(Frame.Contains(box));
                Assert.DoesNotContain(obstacles.Concat(all.Select(r => Box.Around(r.X, r.Y, 6))), box.Overlaps);
                Assert.Single(found, box.Overlaps);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_label_that_is_alone_stands_beside_its_point() =>
        Assert.Equal(new Box(109, 92.5, 40, 15), new LabelPlacement(Frame, 15, 6).Place([new(100, 100, 40)], []).Single());

    [Fact]
    public void Where_there_is_no_room_there_is_no_label() => Assert.Null(new LabelPlacement(Frame, 15, 6).Place([new(100, 100, 600)], []).Single());

    [Fact]
    public void On_the_front_are_those_that_no_other_beats()
    {
        var points = from speed in Gen.Choose(1, 12) from rate in Gen.Choose(1, 12) select new RatePoint("", speed, rate);
        Prop.ForAll(points.NonEmptyListOf().ToArbitrary(), all =>
        {
            IReadOnlyList<RatePoint> front = ParetoFront.Of(all);
            IEnumerable<RatePoint> unbeaten = all.Where(p => !all.Any(q => q.Speed >= p.Speed && q.Rate <= p.Rate && q != p)).Distinct();
            Assert.Equal(unbeaten.OrderBy(p => p.Speed), front);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Axes_keep_order_and_hold_all_values_and_marks()
    {
        var values = Gen.Choose(1, 100000).Select(v => v / 97.0).NonEmptyListOf();
        Prop.ForAll(values.ToArbitrary(), all =>
        {
            Assert.All([Axis.Linear([.. all], 40, 500), Axis.Logarithmic([.. all], 40, 500)], axis =>
            {
                double[] places = [.. all.Concat(axis.Ticks.Select(t => t.Value)).Order().Select(axis.At)];
                Assert.Equal(places.Order(), places);
                Assert.All(places, p => Assert.InRange(p, 40 - 1e-6, 500 + 1e-6));
                Assert.NotEmpty(axis.Ticks);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_picture_made_half_as_large_has_the_means_of_four_pixels()
    {
        using Raster large = Raster.Create(new(6, 4, new(1, 16))), small = Raster.Create(new(3, 2, new(1, 8)));
        Span<ushort> samples = large.Frames[0].Samples.Plane(0);
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (ushort)(i * 257);
        Shrink(large, small);
        Assert.Equal([4, 6, 8, 16, 18, 20], small.Frames[0].Samples.Plane(0).ToArray().Select(v => (int)v));
    }

    [Fact]
    public void Every_pixel_belongs_to_one_pixel_of_the_small_picture()
    {
        var sizes = from size in Gen.Choose(1, 5000) from small in Gen.Choose(1, size) select (size, small);
        Prop.ForAll(sizes.ToArbitrary(), s =>
        {
            var ranges = Enumerable.Range(0, s.small).Select(i => BoxFilter.Range(i, s.size, s.small)).ToList();
            Assert.Equal(0, ranges[0].First);
            Assert.Equal(s.size, ranges[^1].End);
            Assert.All(ranges, r => Assert.True(r.End > r.First));
            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Colors_of_what_cannot_be_seen_do_not_count()
    {
        using Raster large = Raster.Create(new(2, 1, new(2, 8, AlphaKind.Straight))), small = Raster.Create(new(1, 1, new(2, 8, AlphaKind.Straight)));
        large.Frames[0].Samples.Row(0, 0)[0] = 200;
        large.Frames[0].Samples.Row(1, 0)[0] = 255;
        large.Frames[0].Samples.Row(0, 0)[1] = 10;
        Shrink(large, small);
        Assert.Equal((200, 128), (small.Frames[0].Samples.Row(0, 0)[0], small.Frames[0].Samples.Row(1, 0)[0]));
    }

    private static void Shrink(Raster large, Raster small)
    {
        var filter = new BoxFilter(large.Info, small);
        for (int y = 0; y < small.Info.Height; y++)
        {
            (int first, int end) = BoxFilter.Range(y, large.Info.Height, small.Info.Height);
            for (int row = first; row < end; row++)
            {
                using var rows = new PlanarBuffer(large.Info.Width, 1, large.Info.Format.Channels);
                large.Frames[0].Samples.CopyRowsTo(row, rows, 0, 1);
                filter.Add(rows);
            }

            filter.WriteRow(y);
        }
    }
}
