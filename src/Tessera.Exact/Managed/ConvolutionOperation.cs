namespace Tessera.Exact.Managed;

/// <summary>A convolution, and the table that follows it, if nothing else reads its result.</summary>
internal sealed unsafe class ConvolutionOperation : Operation
{
    // Rows that all blocks of output channels are computed for before the next: few enough that what they read stays in the cache.
    private const int StripRows = 8;

    private readonly ConvolutionKernel _kernel;
    private readonly PackedConvolution _packed;
    private readonly View _source, _target;
    private readonly TableOperation? _table;

    public ConvolutionOperation(BoundConvolution convolution, ConvolutionKernel kernel, View source, View target, TableOperation? table)
    {
        _kernel = kernel;
        _packed = new(convolution, kernel.Layout);
        _source = source;
        _target = target;
        _table = table;
    }

    public override int Pieces(Workspace workspace) => workspace.Plane(_target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(_source), to = workspace.Plane(_target);
        int radius = _packed.Kernel / 2;
        for (int strip = first; strip < end; strip += StripRows)
        {
            int stripEnd = Math.Min(strip + StripRows, end);
            for (int block = 0; block < _packed.Blocks; block++)
            {
                for (int y = strip; y < stripEnd; y++)
                {
                    short* input = from.Row(y - radius) - ((nint)radius * from.PixelStride);
                    short* output = to.Row(y) + (block * _kernel.Layout.BlockChannels);
                    _kernel.Row(_packed, block, input, from.RowStride, from.PixelStride, output, to.PixelStride, to.Width);
                }
            }

            _table?.Apply(to, to, strip, stripEnd);
        }
    }
}
