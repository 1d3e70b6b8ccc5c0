namespace Tessera.Models.Swift;

/// <summary>Turns a plane's plan into the sums that make its predictions and activities, row by row.</summary>
internal readonly unsafe ref struct PlanePredictor
{
    private const int MaxTerms = 24;

    private readonly PlanePlan _plan;
    private readonly ReadOnlySpan<PlaneRows> _references;
    private readonly PlaneRows _own;
    private readonly int _precision;

    /// <param name="plan">The plan of the plane.</param>
    /// <param name="planes">The planes up to this one.</param>
    /// <param name="depth">Bits of a sample.</param>
    public PlanePredictor(PlanePlan plan, ReadOnlySpan<PlaneRows> planes, int depth)
    {
        _plan = plan;
        _own = planes[^1];
        _references = planes[..^1][^plan.References..];
        _precision = PlanePlan.Precision(depth);
    }

    /// <summary>The factor of W in a row.</summary>
    public int WestFactor(int y)
    {
        int factor = 1 << _precision;
        if (y > 0)
        {
            foreach (int tap in _plan.Taps.AsSpan(0, PlanePlan.OwnTaps))
                factor -= tap;
        }

        return factor;
    }

    /// <summary>Sums up predictions.</summary>
    /// <param name="y">The row.</param>
    /// <param name="serial">Whether to add what depends on the row itself: W, WW, and the median.</param>
    /// <param name="sums">Takes the sums.</param>
    public void Predict(int y, bool serial, int* sums)
    {
        Span<Term> terms = stackalloc Term[MaxTerms];
        int count = 0, width = _own.Width;
        void Add(Span<Term> all, int* row, int factor)
        {
            if (factor != 0)
                all[count++] = new(row, factor);
        }

        int* row = _own.Samples(y), above = _own.Samples(y - 1);
        if (serial)
            Add(terms, row - 1, WestFactor(y));
        if (y > 0)
        {
            ReadOnlySpan<int> taps = _plan.Taps;
            Add(terms, above, taps[0]);
            Add(terms, above - 1, taps[1]);
            Add(terms, above + 1, taps[2]);
            Add(terms, _own.Samples(y - 2), taps[4]);
            if (serial)
            {
                Add(terms, row - 2, taps[3]);
                Add(terms, _own.Medians(y), taps[5]);
            }

            for (int r = 0; r < _references.Length; r++)
            {
                PlaneRows reference = _references[^(r + 1)];
                ReadOnlySpan<int> own = taps.Slice(PlanePlan.OwnTaps + (r * PlanePlan.ReferenceTaps), PlanePlan.ReferenceTaps);
                int* there = reference.Samples(y), thereAbove = reference.Samples(y - 1);
                Add(terms, there, own[0]);
                Add(terms, thereAbove, own[1]);
                Add(terms, thereAbove - 1, own[2]);
                Add(terms, thereAbove + 1, own[3]);
                Add(terms, reference.Medians(y), own[4]);
                Add(terms, there - 1, -(own[0] + own[1] + own[2] + own[3] + own[4]));
            }
        }
        else if (!_references.IsEmpty)
        {
            int* there = _references[^1].Samples(0);
            Add(terms, there, 1 << _precision);
            Add(terms, there - 1, -(1 << _precision));
        }

        RowMath.WeightedSum(terms[..count], 1 << (_precision - 1), sums, width);
    }

    /// <summary>Sums up activities.</summary>
    /// <param name="y">The row.</param>
    /// <param name="drops">The differences of W and NW, if the sums are to have what depends on the row itself; null otherwise.</param>
    /// <param name="sums">Takes the sums, not shifted.</param>
    public void Activity(int y, int* drops, int* sums)
    {
        Span<Term> terms = stackalloc Term[MaxTerms];
        int count = 0;
        void Add(Span<Term> all, int* row, int factor)
        {
            if (factor != 0)
                all[count++] = new(row, factor);
        }

        ReadOnlySpan<int> weights = _plan.Activities;
        int* errors = _own.Errors(y), above = _own.Errors(y - 1);
        if (drops != null)
        {
            Add(terms, errors - 1, weights[0]);
            Add(terms, errors - 2, weights[1]);
            if (y > 0)
                Add(terms, drops, weights[6]);
        }

        if (y > 0)
        {
            Add(terms, above, weights[2]);
            Add(terms, above - 1, weights[3]);
            Add(terms, above + 1, weights[4]);
            Add(terms, _own.Errors(y - 2), weights[5]);
            Add(terms, _own.Steps(y - 1), weights[7]);
            Add(terms, _own.Steps(y - 1) + 1, weights[8]);
        }

        for (int r = 0; r < _references.Length; r++)
            Add(terms, _references[^(r + 1)].Errors(y), weights[PlanePlan.OwnActivities + r]);
        RowMath.WeightedSum(terms[..count], 0, sums, _own.Width);
    }
}
