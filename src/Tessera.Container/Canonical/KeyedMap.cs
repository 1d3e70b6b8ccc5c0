namespace Tessera.Container.Canonical;

/// <summary>
/// Reads a map with ascending integer keys whose values are left out when they are their default. Keys that this version does not know
/// are refused, unless the file is of a higher minor version.
/// </summary>
internal struct KeyedMap
{
    private readonly string _name;
    private readonly FormatVersion _version;
    private int _left;
    private long _lastKey;

    public KeyedMap(ref CanonicalReader reader, string name, FormatVersion version)
    {
        _name = name;
        _version = version;
        _lastKey = -1;
        _left = reader.ReadMapHead(name);
    }

    /// <summary>The next key, or null after the last.</summary>
    public int? ReadKey(ref CanonicalReader reader)
    {
        if (_left == 0)
            return null;
        _left--;
        long at = reader.Offset;
        int key = reader.ReadInt32($"key of the {_name}");
        if (key <= _lastKey)
            throw new TesseraFormatException($"Key {key} of the {_name} follows key {_lastKey}; keys must ascend", at);
        _lastKey = key;
        return key;
    }

    public readonly void SkipUnknown(ref CanonicalReader reader, int key)
    {
        if (_version.Minor <= FormatVersion.Current.Minor)
            throw new TesseraFormatException($"The {_name} has the key {key}, which version {_version} does not define", reader.Offset);
        reader.Skip($"value of key {key} of the {_name}");
    }
}
