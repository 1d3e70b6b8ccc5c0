namespace Tessera.Models.Swift;

/// <summary>Finds plans for the planes of a segment by least squares, from some of its rows or all.</summary>
internal sealed unsafe class PlanFitter
{
    // Rows that are looked at together, the first of which only serve those below them.
    private const int StripRows = 6;
    private const int Lead = 2;

    // Deep samples are looked at at 10 bits, their errors at 8: what keeps sums within 32 bits.
    private const int TapDepth = 10;
    private const int ErrorDepth = 8;

    // The weight that stands for 1: such that eight levels of activity are a mean error of 1, or more where errors are large.
    private const int SmallErrorUnit = 256;
    private const int LargestUnit = 1 << 13;
    private const int LargeMean = 16;

    private static readonly double[] ExpectedActivities = [0.24, 0.17, 0.22, 0.09, 0.14, 0.12, 0.02, 0.02, 0.02, 0.1, 0.1];

    private readonly PlaneRows[] _planes;
    private readonly WorkRows _work;
    private readonly NormalEquations[] _taps = Make(p => PlanePlan.OwnTaps + (PlaneOrder.References(p) * PlanePlan.ReferenceTaps));
    private readonly NormalEquations[] _activities = Make(p => PlanePlan.OwnActivities + PlaneOrder.References(p));

    public PlanFitter(PlaneRows[] planes, WorkRows work)
    {
        _planes = planes;
        _work = work;
    }

    /// <summary>Finds plans.</summary>
    /// <param name="tiles">The segment.</param>
    /// <param name="swapped">Whether the first two channels change places.</param>
    /// <param name="spacing">A strip of six rows is looked at in so many; six for all.</param>
    public PlanePlan[] Fit(TileRun tiles, bool swapped, int spacing)
    {
        int count = tiles.ChannelCount, depth = tiles.Format.BitDepth;
        PlanePlan[] plain = new PlanePlan[count], fitted = new PlanePlan[count];
        for (int p = 0; p < count; p++)
        {
            plain[p] = new(p);
            Expect(plain[p], depth);
            fitted[p] = new(p);
            _taps[p].Clear();
        }

        ForEachRow(tiles, swapped, spacing, (p, y) => AddTaps(p, y, depth), null);
        for (int p = 0; p < count; p++)
        {
            double unit = 1 << PlanePlan.Precision(depth);
            double[] factors = [.. plain[p].Taps.Select(tap => tap / unit)];
            _taps[p].Solve(factors);
            for (int i = 0; i < factors.Length; i++)
                fitted[p].Taps[i] = ToWeight(factors[i] * unit);
        }

        Outcome[] plainOutcome = Judge(tiles, swapped, spacing, plain), fittedOutcome = Judge(tiles, swapped, spacing, fitted);
        return [.. Enumerable.Range(0, count).Select(p => plainOutcome[p].Cost < fittedOutcome[p].Cost ? plain[p] : fitted[p])];
    }

    // The median, and the difference that the next reference has from its own: what is right at edges.
    private static void Expect(PlanePlan plan, int depth)
    {
        int unit = 1 << PlanePlan.Precision(depth);
        plan.Taps[PlanePlan.OwnTaps - 1] = unit;
        if (plan.References > 0)
        {
            plan.Taps[PlanePlan.OwnTaps] = unit;
            plan.Taps[PlanePlan.OwnTaps + PlanePlan.ReferenceTaps - 1] = -unit;
        }
    }

    /// <summary>Finds the weights of activities, and what the errors cost.</summary>
    private Outcome[] Judge(TileRun tiles, bool swapped, int spacing, PlanePlan[] plans)
    {
        int count = plans.Length, depth = tiles.Format.BitDepth;
        var outcomes = new Outcome[count];
        foreach (NormalEquations equations in _activities)
            equations.Clear();
        ForEachRow(tiles, swapped, spacing, (p, y) => AddActivities(p, y, depth, ref outcomes[p]), plans);
        for (int p = 0; p < count; p++)
        {
            PlanePlan plan = plans[p];
            double[] factors = ExpectedActivities[..plan.Activities.Length];
            _activities[p].Solve(factors);
            long mean = outcomes[p].Errors / Math.Max(1, outcomes[p].Count);
            double unit = Math.Min(LargestUnit, SmallErrorUnit << (PlanePlan.ActivityShift(depth) - PlanePlan.ActivityShift(0)));
            for (; mean > LargeMean; mean >>= 1)
                unit /= 2;
            for (int i = 0; i < factors.Length; i++)
                plan.Activities[i] = ToWeight(factors[i] * unit);
        }

        return outcomes;
    }

    private static int ToWeight(double value) =>
        double.IsFinite(value) ? (int)Math.Clamp(Math.Round(value), -PlanePlan.MaxWeight, PlanePlan.MaxWeight) : 0;

    // Rows with those above them, plane by plane; with plans, there are errors too.
    private void ForEachRow(TileRun tiles, bool swapped, int spacing, Action<int, int> look, PlanePlan[]? plans)
    {
        int depth = tiles.Format.BitDepth;
        foreach (PixelRectangle region in tiles.Regions)
        {
            _work.Begin(region.Width, 2);
            bool all = spacing <= StripRows || region.Height <= StripRows * 2;
            for (int top = 0; top < region.Height; top += all ? region.Height : spacing)
            {
                int height = all ? region.Height : Math.Min(StripRows, region.Height - top);
                for (int p = 0; p < tiles.ChannelCount; p++)
                    _planes[p].Begin(region.Width, 1 << (depth - 1));
                for (int y = 0; y < height; y++)
                {
                    for (int p = 0; p < tiles.ChannelCount; p++)
                    {
                        PlaneRows plane = _planes[p];
                        RowMath.Widen(tiles.Row(PlaneOrder.Channel(p, swapped), region, top + y), plane.Samples(y));
                        plane.FillMedians(y);
                        if (plans is not null)
                        {
                            var predictor = new PlanePredictor(plans[p], _planes.AsSpan(0, p + 1), depth);
                            predictor.Predict(y, serial: true, _work.Row(0));
                            RowMath.Residuals(plane.Samples(y), _work.Row(0), plane.Errors(y), region.Width, depth);
                        }

                        if (y >= Lead)
                            look(p, y);
                        plane.Complete(y);
                    }
                }
            }
        }
    }

    private void AddTaps(int p, int y, int depth)
    {
        NormalEquations equations = _taps[p];
        PlaneRows own = _planes[p];
        int shift = Math.Max(0, depth - TapDepth);
        int* row = own.Samples(y), above = own.Samples(y - 1);
        for (int x = 0; x < own.Width; x += NormalEquations.Block)
        {
            int count = Math.Min(NormalEquations.Block, own.Width - x), feature = 0;
            int* west = row + x - 1;
            void Add(int* values, int* less) => RowMath.Differences(values, less, equations.Values(feature++), count, shift);
            Add(above + x, west);
            Add(above + x - 1, west);
            Add(above + x + 1, west);
            Add(row + x - 2, west);
            Add(own.Samples(y - 2) + x, west);
            Add(own.Medians(y) + x, west);
            for (int r = 0; r < PlaneOrder.References(p); r++)
            {
                PlaneRows reference = _planes[p - 1 - r];
                int* there = reference.Samples(y) + x, thereAbove = reference.Samples(y - 1) + x;
                Add(there, there - 1);
                Add(thereAbove, there - 1);
                Add(thereAbove - 1, there - 1);
                Add(thereAbove + 1, there - 1);
                Add(reference.Medians(y) + x, there - 1);
            }

            Add(row + x, west);
            equations.Add(count);
        }
    }

    private void AddActivities(int p, int y, int depth, ref Outcome outcome)
    {
        NormalEquations equations = _activities[p];
        PlaneRows own = _planes[p];
        int shift = Math.Max(0, depth - ErrorDepth), references = PlaneOrder.References(p);
        int* row = own.Samples(y), above = own.Samples(y - 1), steps = own.Steps(y - 1);
        int* errors = own.Errors(y), errorsAbove = own.Errors(y - 1), errorsAbove2 = own.Errors(y - 2);
        long sum = 0, cost = 0;
        for (int start = 0; start < own.Width; start += NormalEquations.Block)
        {
            int count = Math.Min(NormalEquations.Block, own.Width - start);
            short* values = equations.Values(0);
            for (int i = 0; i < count; i++)
            {
                int x = start + i;
                sum += errors[x];
                cost += Log2(errors[x]);

                // Errors count by how they compare with those around: otherwise the largest would be all that matters.
                int around = (errors[x - 1] + errorsAbove[x] + errorsAbove[x + 1] + errorsAbove[x - 1]) >> shift;
                int scale = 4096 / (around + 2);
                short* value = values + i;
                void Add(int magnitude)
                {
                    *value = (short)(((magnitude >> shift) * scale) >> 7);
                    value += NormalEquations.Block;
                }

                Add(errors[x - 1]);
                Add(errors[x - 2]);
                Add(errorsAbove[x]);
                Add(errorsAbove[x - 1]);
                Add(errorsAbove[x + 1]);
                Add(errorsAbove2[x]);
                Add(Math.Abs(row[x - 1] - above[x - 1]));
                Add(steps[x]);
                Add(steps[x + 1]);
                for (int r = 0; r < references; r++)
                    Add(_planes[p - 1 - r].Errors(y)[x]);
                Add(errors[x]);
            }

            equations.Add(count);
        }

        outcome = new(outcome.Cost + cost, outcome.Errors + sum, outcome.Count + own.Width);
    }

    // Of 2 |error| + 1, in 1/8.
    private static int Log2(int error)
    {
        uint value = ((uint)error << 4) + 8;
        int whole = System.Numerics.BitOperations.Log2(value);
        return (whole << 3) + (int)((value >> (whole - 3)) & 7);
    }

    private static NormalEquations[] Make(Func<int, int> features) =>
        [.. Enumerable.Range(0, SampleFormat.MaxChannels).Select(p => new NormalEquations(features(p)))];

    /// <summary>What the errors of a plane cost, their sum, and how many they are.</summary>
    private readonly record struct Outcome(long Cost, long Errors, long Count);
}
