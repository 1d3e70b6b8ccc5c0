using System.Globalization;
using System.Text;

namespace Tessera.Netpbm;

/// <summary>Reads the headers of all variants.</summary>
internal sealed class NetpbmHeaderReader
{
    private const string What = "header";
    private const int MaxLine = 1024;

    private readonly ByteReader _input;
    private readonly long _maxComment;
    private readonly List<string> _comments = [];
    private long _commentBytes;

    private NetpbmHeaderReader(ByteReader input, RasterLimits limits)
    {
        _input = input;
        _maxComment = limits.MaxMetadata;
    }

    /// <summary>Reads a header, to the byte before the first sample.</summary>
    public static async ValueTask<NetpbmHeader> ReadAsync(ByteReader input, RasterLimits limits, CancellationToken cancellationToken)
    {
        byte letter = await input.ReadByteAsync(What, cancellationToken).ConfigureAwait(false);
        byte digit = await input.ReadByteAsync(What, cancellationToken).ConfigureAwait(false);
        if (letter != 'P' || digit is < (byte)'1' or > (byte)'7')
            throw new TesseraFormatException("This is not a Netpbm file: it begins with none of P1 to P7.", 0);
        var reader = new NetpbmHeaderReader(input, limits);
        NetpbmHeader header = digit == '7'
            ? await reader.ReadPamAsync(cancellationToken).ConfigureAwait(false)
            : await reader.ReadPnmAsync(digit - '0', cancellationToken).ConfigureAwait(false);
        return reader._comments.Count == 0 ? header : header with { Comment = string.Join('\n', reader._comments) };
    }

    private async ValueTask<NetpbmHeader> ReadPnmAsync(int variant, CancellationToken cancellationToken)
    {
        int width = await ReadNumberAsync("width", int.MaxValue, cancellationToken).ConfigureAwait(false);
        int height = await ReadNumberAsync("height", int.MaxValue, cancellationToken).ConfigureAwait(false);
        int max = variant is 1 or 4 ? 1 : await ReadNumberAsync("maximum value", ushort.MaxValue, cancellationToken).ConfigureAwait(false);
        return new(variant, width, height, variant is 3 or 6 ? 3 : 1, max);
    }

    /// <summary>Reads a number and the one white space (or comment) after it.</summary>
    private async ValueTask<int> ReadNumberAsync(string name, int max, CancellationToken cancellationToken)
    {
        byte next = await ReadSkippingCommentsAsync(cancellationToken).ConfigureAwait(false);
        while (ByteReader.IsWhiteSpace(next))
            next = await ReadSkippingCommentsAsync(cancellationToken).ConfigureAwait(false);
        long offset = _input.Offset - 1;
        long value = 0;
        for (; char.IsAsciiDigit((char)next); next = await ReadSkippingCommentsAsync(cancellationToken).ConfigureAwait(false))
        {
            value = (10 * value) + (next - '0');
            if (value > max)
                throw new TesseraFormatException($"The {name} is above {max}.", offset);
        }

        if (!ByteReader.IsWhiteSpace(next))
            throw new TesseraFormatException($"The {name} is not a decimal number.", _input.Offset - 1);
        if (value == 0)
            throw new TesseraFormatException($"The {name} is 0 or missing.", offset);
        return (int)value;
    }

    /// <summary>Reads a byte; a comment stands for the line end that closes it.</summary>
    private async ValueTask<byte> ReadSkippingCommentsAsync(CancellationToken cancellationToken)
    {
        byte next = await _input.ReadByteAsync(What, cancellationToken).ConfigureAwait(false);
        if (next != '#')
            return next;
        var line = new List<byte>();
        while (true)
        {
            next = await _input.ReadByteAsync("header's comment", cancellationToken).ConfigureAwait(false);
            if (next is (byte)'\n' or (byte)'\r')
                break;
            Charge();
            line.Add(next);
        }

        AddComment(line.ToArray());
        return next;
    }

    private async ValueTask<NetpbmHeader> ReadPamAsync(CancellationToken cancellationToken)
    {
        string rest = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (rest.Length > 0)
            throw new TesseraFormatException("There is more than P7 in the first line.", 2);
        var numbers = new Dictionary<string, int>();
        string? tupleType = null;
        while (true)
        {
            long offset = _input.Offset;
            string line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0)
                continue;
            string value = words.Length > 1 ? words[1] : "";
            switch (words[0])
            {
                case "ENDHDR":
                    return ToHeader(numbers, tupleType);
                case "TUPLTYPE":
                    tupleType = tupleType is null ? value : $"{tupleType} {value}";
                    break;
                case "WIDTH" or "HEIGHT" or "DEPTH" or "MAXVAL":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
                        throw new TesseraFormatException($"{words[0]} is not a number from 1 to {int.MaxValue}.", offset);
                    if (!numbers.TryAdd(words[0], number))
                        throw new TesseraFormatException($"There is a second {words[0]}.", offset);
                    break;
                default:
                    throw new TesseraFormatException("There is an unknown line in the header.", offset);
            }
        }
    }

    private NetpbmHeader ToHeader(Dictionary<string, int> numbers, string? tupleType)
    {
        int Get(string name, int max)
        {
            if (!numbers.TryGetValue(name, out int value))
                throw new TesseraFormatException($"The header has no {name}.", _input.Offset);
            return value <= max ? value : throw new TesseraFormatException($"{name} is {value}; at most {max} can be read.", _input.Offset);
        }

        (int width, int height) = (Get("WIDTH", int.MaxValue), Get("HEIGHT", int.MaxValue));
        var header = new NetpbmHeader(7, width, height, Get("DEPTH", SampleFormat.MaxChannels), Get("MAXVAL", ushort.MaxValue))
        {
            TupleType = tupleType,
        };
        if (TupleTypes.ChannelsOf(tupleType) is { } expected && expected != header.Channels)
            throw new TesseraFormatException($"The tuple type {tupleType} has {expected} samples, but DEPTH is {header.Channels}.", _input.Offset);
        if (tupleType is TupleTypes.BlackAndWhite or TupleTypes.BlackAndWhiteAlpha && header.MaxValue != 1)
            throw new TesseraFormatException($"The tuple type {tupleType} has MAXVAL 1, not {header.MaxValue}.", _input.Offset);
        return header;
    }

    /// <summary>Reads a line of a PAM header, passing over comments.</summary>
    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            byte next = await _input.ReadByteAsync(What, cancellationToken).ConfigureAwait(false);
            bool isComment = line.Count > 0 && line[0] == '#';
            if (next != '\n')
            {
                if (isComment)
                    Charge();
                else if (line.Count == MaxLine)
                    throw new TesseraFormatException($"A line of the header is longer than {MaxLine} bytes.", _input.Offset);
                line.Add(next);
                continue;
            }

            if (!isComment)
                return Encoding.Latin1.GetString(line.ToArray()).Trim();
            AddComment(line.ToArray().AsSpan(1));
            line.Clear();
        }
    }

    private void Charge()
    {
        if (++_commentBytes > _maxComment)
            throw new TesseraFormatException($"The header's comments exceed the limit of {_maxComment} bytes.", _input.Offset);
    }

    private void AddComment(ReadOnlySpan<byte> line) => _comments.Add(CommentText.Decode(line));
}
