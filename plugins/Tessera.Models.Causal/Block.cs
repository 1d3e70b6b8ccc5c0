namespace Tessera.Models.Causal;

/// <summary>A block of pixels, at most 256 rows and columns, while it is coded: its samples and what predicts them.</summary>
internal sealed unsafe class Block : IDisposable
{
    /// <summary>Elements from a channel to the next in what is kept for the pixels of a step.</summary>
    public const int Stride = History.MaxSide + Lanes.Count;

    private readonly NativeArray<short> _samples = new(LeastSquares.Channels * History.MaxSide * History.MaxSide);
    private readonly NativeArray<int> _blind = new(LeastSquares.Channels * Stride), _scales = new(LeastSquares.Channels * Stride);
    private readonly NativeArray<int> _informed = new(LeastSquares.Channels * Stride), _errors = new(LeastSquares.Channels * Stride);

    public History History { get; } = new();

    public LeastSquares Predictor { get; } = new();

    /// <summary>Where it is.</summary>
    public PixelRectangle Bounds { get; private set; }

    /// <summary>The steps it takes.</summary>
    public int Steps { get; private set; }

    /// <summary>The first row of the step at hand.</summary>
    public int First { get; private set; }

    /// <summary>The pixels of the step at hand.</summary>
    public int Count { get; private set; }

    /// <summary>Where these are among the pixels of all blocks.</summary>
    public int Offset { get; private set; }

    /// <summary>Of the step's pixels, channel by channel: predictions from neighbours alone, in eighths of a grey level.</summary>
    public int* Blind => _blind.Pointer;

    /// <summary>How large errors are around each pixel, in eighths.</summary>
    public int* Scales => _scales.Pointer;

    /// <summary>Predictions that know the channels before.</summary>
    public int* Informed => _informed.Pointer;

    /// <summary>The errors of these, of channels that are coded.</summary>
    public int* Errors => _errors.Pointer;

    public void Begin(PixelRectangle bounds)
    {
        Bounds = bounds;
        Steps = Wave.Steps(bounds.Height, bounds.Width);
        History.Reset(bounds.Height, bounds.Width);
        Predictor.Reset();
    }

    /// <summary>Goes to a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="offset">How many pixels of other blocks come before its own.</param>
    public void Enter(int step, int offset)
    {
        (First, int end) = step < Steps ? Wave.Rows(step, Bounds.Height, Bounds.Width) : (0, 0);
        (Count, Offset) = (end - First, offset);

        // A tile of one or two columns has steps without pixels, after which more is known beyond its edges all the same.
        if (Count == 0 && step < Steps)
            History.Complete(step);
    }

    /// <summary>A channel's sample.</summary>
    public ref short Sample(int channel, int y, int x) => ref _samples.Pointer[(((channel * History.MaxSide) + y) * History.MaxSide) + x];

    public void Dispose()
    {
        _samples.Dispose();
        _blind.Dispose();
        _scales.Dispose();
        _informed.Dispose();
        _errors.Dispose();
        History.Dispose();
        Predictor.Dispose();
    }
}
