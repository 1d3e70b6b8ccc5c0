using System.Runtime.InteropServices;

namespace Tessera.Exact.Managed;

/// <summary>Elements by channel, row and column become elements by row, column and channel, or the other way.</summary>
internal sealed class ReinterpretationOperation(ReinterpretationNode node, View source, View target) : Operation
{
    public override int Pieces(Workspace workspace) => workspace.Plane(target).Height;

    public override void Run(Workspace workspace, int first, int end)
    {
        // The rows are those of the value whose elements are by row, column and channel.
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        Plane tokens = node.IsInverse ? from : to, planar = node.IsInverse ? to : from;
        int pixels = tokens.Height * tokens.Width;
        (long channel, long place) = Math.DivRem((long)first * tokens.Width * tokens.Channels, pixels);
        (int row, int column) = Math.DivRem((int)place, tokens.Width);
        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < tokens.Width; x++)
            {
                foreach (ref short element in tokens.Pixel(y, x))
                {
                    ref short other = ref planar.Pixel(row, column)[(int)channel];
                    if (node.IsInverse)
                        other = element;
                    else
                        element = other;
                    if (++column < planar.Width)
                        continue;
                    column = 0;
                    if (++row < planar.Height)
                        continue;
                    row = 0;
                    channel++;
                }
            }
        }
    }
}

/// <summary>Writes a list that the weights have.</summary>
internal sealed class ConstantOperation(BoundConstant constant, View target) : Operation
{
    public override int Pieces(Workspace workspace) => 1;

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane to = workspace.Plane(target);
        ReadOnlySpan<short> values = constant.Values.AsSpan();
        for (int token = 0; token < to.Width; token++)
            values.Slice(token * to.Channels, to.Channels).CopyTo(to.Pixel(0, token));
    }
}

/// <summary>The means of groups of tokens.</summary>
internal sealed class TokenMeansOperation(TokenMeansNode node, View source, View target) : Operation
{
    public override int Pieces(Workspace workspace) => node.Output.Tokens;

    public override unsafe void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        int groups = node.Output.Tokens, tokens = TokenCount.Check(from, "means", "of tokens"), size = tokens / groups;
        if (size * groups != tokens)
        {
            throw new ArgumentException(
                $"A graph takes the means of {groups} groups of tokens, which do not divide the {tokens} tokens of {from.Height} x {from.Width} pixels.");
        }

        for (int group = first; group < end; group++)
        {
            Span<short> means = to.Pixel(0, group);
            for (int c = 0; c < means.Length; c++)
            {
                long sum = 0;
                (int y, int x) = Math.DivRem(group * size, from.Width);
                for (int i = 0; i < size; i++)
                {
                    sum += from.Row(y)[((nint)x * from.PixelStride) + c];
                    if (++x < from.Width)
                        continue;
                    x = 0;
                    y++;
                }

                means[c] = (short)Math.Clamp(
                    ExactArithmetic.RoundedQuotient(sum << node.FractionBits, size), node.Output.Range.Low, node.Output.Range.High);
            }
        }
    }
}

/// <summary>
/// A product of matrices. It is no kernel for each kind of processor, since attention with landmarks spends a hundredth of the time of the
/// convolutions around it in products.
/// </summary>
internal sealed unsafe class ProductOperation(BoundProduct product, View first, View second, View target) : Operation
{
    private readonly ProductKind _kind = product.Operation.Kind;
    private readonly ValueRange _range = product.Operation.Output.Range;

    // Rows of the output, or its tokens, if it is a list: a list has one row.
    public override int Pieces(Workspace workspace)
    {
        Plane to = workspace.Plane(target);
        return product.Operation.Output.Tokens > 0 ? to.Width : to.Height;
    }

    public override void Run(Workspace workspace, int firstPiece, int end)
    {
        Plane a = workspace.Plane(first), b = workspace.Plane(second), to = workspace.Plane(target);
        if (_kind == ProductKind.FirstTransposed)
            TokenCount.Check(a, "product", product.Operation.Name);
        if (product.Operation.Output.Tokens > 0)
        {
            for (int token = firstPiece; token < end; token++)
                Token(a, b, 0, token, to.Pixel(0, token));
            return;
        }

        for (int y = firstPiece; y < end; y++)
        {
            for (int x = 0; x < to.Width; x++)
                Token(a, b, y, x, to.Pixel(y, x));
        }
    }

    private void Token(in Plane a, in Plane b, int y, int x, Span<short> output)
    {
        for (int d = 0; d < output.Length; d++)
        {
            long sum = 0;
            switch (_kind)
            {
                case ProductKind.Plain:
                    sum = Dot(a.Row(y) + ((nint)x * a.PixelStride), 1, b.Origin + d, b.PixelStride, a.Channels);
                    break;
                case ProductKind.SecondTransposed:
                    sum = Dot(a.Row(y) + ((nint)x * a.PixelStride), 1, b.Origin + ((nint)d * b.PixelStride), 1, a.Channels);
                    break;
                default:
                    for (int row = 0; row < a.Height; row++)
                        sum += Dot(a.Row(row) + x, a.PixelStride, b.Row(row) + d, b.PixelStride, a.Width);
                    break;
            }

            output[d] = (short)Math.Clamp(ExactArithmetic.Requantize(sum, product.Shift, product.Multiplier), _range.Low, _range.High);
        }
    }

    private static long Dot(short* a, nint aStep, short* b, nint bStep, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++, a += aStep, b += bStep)
            sum += *a * *b;
        return sum;
    }
}

/// <summary>A softmax over the channels of each token, or over the tokens of each channel.</summary>
internal sealed unsafe class SoftmaxOperation(BoundSoftmax softmax, View source, View target) : Operation
{
    private readonly short[] _entries = ImmutableCollectionsMarshal.AsArray(softmax.Entries)!;
    private readonly SoftmaxNode _node = softmax.Operation;

    public override int Pieces(Workspace workspace)
    {
        Plane to = workspace.Plane(target);
        return _node.Axis == SoftmaxAxis.Channels ? to.Height : to.Channels;
    }

    public override void Run(Workspace workspace, int first, int end)
    {
        Plane from = workspace.Plane(source), to = workspace.Plane(target);
        if (_node.Axis == SoftmaxAxis.Tokens)
        {
            TokenCount.Check(from, "softmax", _node.Name);
            for (int c = first; c < end; c++)
                Share(new(from.Origin + c, from.RowStride, from.PixelStride, from.Height, from.Width), new(to.Origin + c, to.RowStride, to.PixelStride, to.Height, to.Width));
            return;
        }

        for (int y = first; y < end; y++)
        {
            for (int x = 0; x < from.Width; x++)
            {
                Share(
                    new(from.Row(y) + ((nint)x * from.PixelStride), 0, 1, 1, from.Channels),
                    new(to.Row(y) + ((nint)x * to.PixelStride), 0, 1, 1, to.Channels));
            }
        }
    }

    private void Share(Elements from, Elements to)
    {
        int most = short.MinValue;
        for (int row = 0; row < from.Rows; row++)
        {
            for (int i = 0; i < from.Count; i++)
                most = Math.Max(most, *from.At(row, i));
        }

        long sum = 0;
        for (int row = 0; row < from.Rows; row++)
        {
            for (int i = 0; i < from.Count; i++)
                sum += _entries[most - *from.At(row, i)];
        }

        for (int row = 0; row < from.Rows; row++)
        {
            for (int i = 0; i < from.Count; i++)
            {
                long part = ExactArithmetic.RoundedQuotient((long)_entries[most - *from.At(row, i)] << _node.FractionBits, sum);
                *to.At(row, i) = (short)Math.Clamp(part, _node.Output.Range.Low, _node.Output.Range.High);
            }
        }
    }

    /// <summary>Elements that one softmax goes over.</summary>
    private readonly struct Elements(short* origin, nint rowStride, nint stride, int rows, int count)
    {
        public int Rows => rows;

        public int Count => count;

        public short* At(int row, int index) => origin + (row * rowStride) + (index * stride);
    }
}

/// <summary>Guards sums over tokens.</summary>
internal static class TokenCount
{
    /// <summary>How many tokens a value has.</summary>
    /// <exception cref="ArgumentException">There are so many that sums over them might not be exact.</exception>
    public static int Check(in Plane plane, string kind, string name)
    {
        long tokens = (long)plane.Height * plane.Width;
        if (tokens > ExactArithmetic.MaxTokens)
            throw new ArgumentException($"A tile has {tokens} tokens for the {kind} '{name}'; {ExactArithmetic.MaxTokens} are allowed.");
        return (int)tokens;
    }
}
