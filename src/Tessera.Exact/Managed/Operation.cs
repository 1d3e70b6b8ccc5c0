using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Tessera.Exact.Managed;

/// <summary>A step of a run on one tile. Its pieces, usually rows, may be done in any order and at the same time.</summary>
internal abstract class Operation
{
    /// <summary>How many pieces there are for the tiles that a workspace has room for.</summary>
    public abstract int Pieces(Workspace workspace);

    /// <summary>Does some consecutive pieces.</summary>
    public abstract void Run(Workspace workspace, int first, int end);
}

/// <summary>Takes an input of the run.</summary>
internal sealed class InputOperation(InputNode node, View target, int number) : Operation
{
    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane plane = workspace.Plane(target);
        ReadOnlySpan<short> tile = workspace.Inputs[number].Tile(workspace.Tile);
        int rowLength = plane.Width * plane.Channels;
        short low = (short)node.Output.Range.Low, high = (short)node.Output.Range.High;
        for (int y = first; y < end; y++)
        {
            ReadOnlySpan<short> row = tile.Slice(y * rowLength, rowLength);
            if (row.ContainsAnyExceptInRange(low, high))
                throw new ArgumentException($"The input '{node.Name}' has an element in row {y} of tile {workspace.Tile} that is not {node.Output.Range}.");
            for (int x = 0; x < plane.Width; x++)
                row.Slice(x * plane.Channels, plane.Channels).CopyTo(plane.Pixel(y, x));
        }
    }
}

/// <summary>Hands out an output of the run.</summary>
internal sealed class OutputOperation(View source, int number) : Operation
{
    public override int Pieces(Workspace workspace) => workspace.Plane(source).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane plane = workspace.Plane(source);
        Span<short> tile = workspace.Outputs[number].Tile(workspace.Tile);
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < plane.Width; x++)
                plane.Pixel(y, x).CopyTo(tile[(((y * plane.Width) + x) * plane.Channels)..]);
        }
    }
}

/// <summary>Copies a value to another place.</summary>
internal sealed class CopyOperation(View source, View target) : Operation
{
    public override int Pieces(Workspace workspace) => workspace.Plane(source).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < from.Width; x++)
                from.Pixel(y, x).CopyTo(to.Pixel(y, x));
        }
    }
}

/// <summary>Fills what lies around a tile before a convolution reads it.</summary>
internal sealed class HaloOperation(View view, int radius, Padding padding) : Operation
{
    public override int Pieces(Workspace workspace) => 1;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane plane = workspace.Plane(view);
        for (int y = 0; y < plane.Height; y++)
        {
            for (int i = 1; i <= radius; i++)
            {
                Fill(plane.Pixel(y, 0), plane.Pixel(y, -i));
                Fill(plane.Pixel(y, plane.Width - 1), plane.Pixel(y, plane.Width - 1 + i));
            }
        }

        for (int x = -radius; x < plane.Width + radius; x++)
        {
            for (int i = 1; i <= radius; i++)
            {
                Fill(plane.Pixel(0, x), plane.Pixel(-i, x));
                Fill(plane.Pixel(plane.Height - 1, x), plane.Pixel(plane.Height - 1 + i, x));
            }
        }
    }

    private void Fill(Span<short> inside, Span<short> outside)
    {
        if (padding == Padding.Zero)
            outside.Clear();
        else
            inside.CopyTo(outside);
    }
}

/// <summary>A function of one variable.</summary>
internal sealed class TableOperation(BoundTable table, View source, View target) : Operation
{
    private readonly short[] _entries = ImmutableCollectionsMarshal.AsArray(table.Entries)!;
    private readonly int _low = table.Operation.Input.Range.Low;

    public override int Pieces(Workspace workspace) => workspace.Plane(source).Height;

    public override void Run(Workspace workspace, int first, int end) => Apply(workspace.Plane(source), workspace.Plane(target), first, end);

    /// <summary>Applies it to some rows of a value, which may be the target itself.</summary>
    public void Apply(Plane from, Plane to, int first, int end)
    {
        ReadOnlySpan<short> entries = _entries;
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < from.Width; x++)
            {
                ReadOnlySpan<short> arguments = from.Pixel(y, x);
                Span<short> values = to.Pixel(y, x)[..arguments.Length];
                for (int c = 0; c < arguments.Length; c++)
                    values[c] = entries[arguments[c] - _low];
            }
        }
    }
}

/// <summary>A sum or a difference.</summary>
internal sealed class AddOperation(AddNode node, View first, View second, View target) : Operation
{
    private readonly int _low = node.Output.Range.Low;
    private readonly int _high = node.Output.Range.High;

    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int firstPiece, int end)
    {
        Plane a = workspace.Plane(first), b = workspace.Plane(second), to = workspace.Plane(target);
        for (int y = firstPiece; y < end; y++)
        {
            for (int x = 0; x < to.Width; x++)
            {
                ReadOnlySpan<short> left = a.Pixel(y, x), right = b.Pixel(y, x)[..left.Length];
                Span<short> sums = to.Pixel(y, x)[..left.Length];
                switch (node.Kind)
                {
                    case SumKind.Clamped:
                        AddClamped(left, right, sums);
                        break;
                    case SumKind.ClampedDifference:
                        for (int c = 0; c < sums.Length; c++)
                            sums[c] = (short)Math.Max(Math.Min(left[c] - right[c], _high), _low);
                        break;
                    case SumKind.Wrapped:
                        for (int c = 0; c < sums.Length; c++)
                            sums[c] = unchecked((short)(left[c] + right[c]));
                        break;
                    default:
                        for (int c = 0; c < sums.Length; c++)
                            sums[c] = unchecked((short)(left[c] - right[c]));
                        break;
                }
            }
        }
    }

    // Limits are of 16 bits themselves, so that saturating on the way to them changes nothing.
    private void AddClamped(ReadOnlySpan<short> left, ReadOnlySpan<short> right, Span<short> sums)
    {
        int c = 0;
        for (; c <= sums.Length - Vector256<short>.Count; c += Vector256<short>.Count)
        {
            Vector256<short> sum = Vector256.AddSaturate(Vector256.Create(left[c..]), Vector256.Create(right[c..]));
            Vector256.Max(Vector256.Min(sum, Vector256.Create((short)_high)), Vector256.Create((short)_low)).CopyTo(sums[c..]);
        }

        for (; c < sums.Length; c++)
            sums[c] = (short)Math.Max(Math.Min(left[c] + right[c], _high), _low);
    }
}

/// <summary>Elements brought into a range.</summary>
internal sealed class ClampOperation(ClampNode node, View source, View target) : Operation
{
    private readonly int _low = node.Output.Range.Low;
    private readonly int _high = node.Output.Range.High;

    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < to.Width; x++)
            {
                ReadOnlySpan<short> elements = from.Pixel(y, x);
                Span<short> clamped = to.Pixel(y, x)[..elements.Length];
                for (int c = 0; c < elements.Length; c++)
                    clamped[c] = (short)Math.Max(Math.Min((int)elements[c], _high), _low);
            }
        }
    }
}

/// <summary>Channels in another order.</summary>
internal sealed unsafe class PermutationOperation(BoundPermutation permutation, View source, View target) : Operation
{
    private readonly int[] _order = ImmutableCollectionsMarshal.AsArray(permutation.Order)!;

    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        fixed (int* order = _order)
        {
            // A bound graph's order is a permutation of the channels, so that nothing need be checked here.
            int channels = _order.Length;
            for (int y = first; y < end; y++)
            {
                short* pixel = from.Row(y), reordered = to.Row(y);
                for (int x = 0; x < to.Width; x++, pixel += from.PixelStride, reordered += to.PixelStride)
                {
                    for (int c = 0; c < channels; c++)
                        reordered[c] = pixel[order[c]];
                }
            }
        }
    }
}

/// <summary>Blocks of 2 x 2 pixels become the channels of one, or the other way.</summary>
internal sealed class SpaceToDepthOperation(View space, View depth, bool reverse) : Operation
{
    public override int Pieces(Workspace workspace) => workspace.Plane(depth).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane large = workspace.Plane(space), small = workspace.Plane(depth);
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                Span<short> packed = small.Pixel(y, x);
                for (int place = 0; place < 4; place++)
                {
                    Span<short> pixel = large.Pixel((2 * y) + (place >> 1), (2 * x) + (place & 1));
                    for (int c = 0; c < pixel.Length; c++)
                    {
                        if (reverse)
                            pixel[c] = packed[(4 * c) + place];
                        else
                            packed[(4 * c) + place] = pixel[c];
                    }
                }
            }
        }
    }
}

/// <summary>The first half of a normalisation: what each group's mean and deviation are.</summary>
internal sealed class StatisticsOperation(NormalizationNode node, View source, int firstGroup) : Operation
{
    public override int Pieces(Workspace workspace) => node.Groups;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane plane = workspace.Plane(source);
        int channels = plane.Channels / node.Groups;
        long count = (long)plane.Height * plane.Width * channels;
        if (count > ExactArithmetic.MaxGroupElements)
        {
            throw new ArgumentException(
                $"A group of the normalisation '{node.Name}' has {count} elements in a tile; {ExactArithmetic.MaxGroupElements} are allowed.");
        }

        for (int group = first; group < end; group++)
        {
            long sum = 0, squares = 0;
            for (int y = 0; y < plane.Height; y++)
            {
                for (int x = 0; x < plane.Width; x++)
                {
                    foreach (short element in plane.Pixel(y, x).Slice(group * channels, channels))
                    {
                        sum += element;
                        squares += element * element;
                    }
                }
            }

            workspace.Statistics[firstGroup + group] = ExactArithmetic.GroupStatistics((int)count, sum, squares);
        }
    }
}

/// <summary>The second half of a normalisation.</summary>
internal sealed class NormalizationOperation(BoundNormalization normalization, View source, View target, int firstGroup) : Operation
{
    private readonly NormalizationNode _node = normalization.Operation;

    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        int channels = from.Channels / _node.Groups;
        ReadOnlySpan<short> gains = normalization.Gain.AsSpan(), offsets = normalization.Offset.AsSpan();
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < from.Width; x++)
            {
                ReadOnlySpan<short> elements = from.Pixel(y, x);
                Span<short> normalized = to.Pixel(y, x);
                for (int group = 0; group < _node.Groups; group++)
                {
                    (int mean, int reciprocal) = workspace.Statistics[firstGroup + group];
                    for (int c = group * channels; c < (group + 1) * channels; c++)
                    {
                        int value = ExactArithmetic.Normalize(elements[c], mean, reciprocal, gains[c], offsets[c]);
                        normalized[c] = (short)Math.Clamp(value, _node.Output.Range.Low, _node.Output.Range.High);
                    }
                }
            }
        }
    }
}
