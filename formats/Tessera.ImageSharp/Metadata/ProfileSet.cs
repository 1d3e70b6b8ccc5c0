using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Cicp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.Metadata.Profiles.Iptc;
using SixLabors.ImageSharp.Metadata.Profiles.Xmp;

namespace Tessera.ImageSharp;

/// <summary>The profiles that images and frames have alike.</summary>
internal sealed record ProfileSet(IccProfile? Icc, ExifProfile? Exif, XmpProfile? Xmp, IptcProfile? Iptc, CicpProfile? Cicp)
{
    /// <summary>The kind of block that CICP code points are: PNG's cICP chunk.</summary>
    private const string CicpKind = "png:cICP";

    public static ProfileSet Of(SharpMetadata image) =>
        new(image.IccProfile, image.ExifProfile, image.XmpProfile, image.IptcProfile, image.CicpProfile);

    public static ProfileSet Of(ImageFrameMetadata frame) =>
        new(frame.IccProfile, frame.ExifProfile, frame.XmpProfile, frame.IptcProfile, frame.CicpProfile);

    /// <summary>Takes the first block of each kind; the others are left in the list.</summary>
    public static ProfileSet Take(List<MetadataBlock> blocks)
    {
        byte[]? cicp = TakeFirst(blocks, CicpKind, data => data.Length == 4 && ToBytes(ToCicp(data)).AsSpan().SequenceEqual(data));
        return new(
            TakeFirst(blocks, MetadataKinds.Icc) is { } icc ? new(icc) : null,
            TakeFirst(blocks, MetadataKinds.Exif) is { } exif ? new(exif) : null,
            TakeFirst(blocks, MetadataKinds.Xmp) is { } xmp ? new(xmp) : null,
            TakeFirst(blocks, MetadataKinds.Iptc) is { } iptc ? new(iptc) : null,
            cicp is null ? null : ToCicp(cicp));
    }

    /// <summary>Whether blocks of this kind are profiles.</summary>
    public static bool IsProfile(string kind) =>
        kind is MetadataKinds.Icc or MetadataKinds.Exif or MetadataKinds.Xmp or MetadataKinds.Iptc or CicpKind;

    public void CopyTo(SharpMetadata image) =>
        (image.IccProfile, image.ExifProfile, image.XmpProfile, image.IptcProfile, image.CicpProfile) = (Icc, Exif, Xmp, Iptc, Cicp);

    public void CopyTo(ImageFrameMetadata frame) =>
        (frame.IccProfile, frame.ExifProfile, frame.XmpProfile, frame.IptcProfile, frame.CicpProfile) = (Icc, Exif, Xmp, Iptc, Cicp);

    /// <summary>The profiles as blocks.</summary>
    public IEnumerable<MetadataBlock> ToBlocks(TesseraMetadataParts parts)
    {
        (TesseraMetadataParts Part, string Kind, byte[]? Data)[] all =
        [
            (TesseraMetadataParts.ColorProfiles, MetadataKinds.Icc, Icc?.ToByteArray()),
            (TesseraMetadataParts.ColorProfiles, CicpKind, Cicp is null ? null : ToBytes(Cicp)),
            (TesseraMetadataParts.Exif, MetadataKinds.Exif, Exif?.ToByteArray()),
            (TesseraMetadataParts.Xmp, MetadataKinds.Xmp, ToBytes(Xmp)),
            (TesseraMetadataParts.Iptc, MetadataKinds.Iptc, ToBytes(Iptc)),
        ];
        return all.Where(p => p.Data is { Length: > 0 } && parts.HasFlag(p.Part)).Select(p => new MetadataBlock(p.Kind, p.Data));
    }

    private static byte[]? TakeFirst(List<MetadataBlock> blocks, string kind, Predicate<byte[]>? accept = null)
    {
        // Empty ones are left: some profiles cannot be made of nothing.
        int index = blocks.FindIndex(b => b.Kind == kind);
        if (index < 0 || blocks[index].Data.IsEmpty)
            return null;
        byte[] data = blocks[index].Data.ToArray();
        if (accept?.Invoke(data) == false)
            return null;
        blocks.RemoveAt(index);
        return data;
    }

    private static CicpProfile ToCicp(byte[] data) => new(data[0], data[1], data[2], data[3] != 0);

    private static byte[] ToBytes(CicpProfile profile) =>
        [(byte)profile.ColorPrimaries, (byte)profile.TransferCharacteristics, (byte)profile.MatrixCoefficients, profile.FullRange ? (byte)1 : (byte)0];

    private static byte[]? ToBytes(XmpProfile? profile)
    {
        try
        {
            return profile?.ToByteArray();
        }
        catch (ArgumentNullException)
        {
            // A profile that was created without data.
            return null;
        }
    }

    /// <summary>The bytes that the profile was made of, unless its values have changed since.</summary>
    private static byte[]? ToBytes(IptcProfile? profile)
    {
        if (profile is null)
            return null;
        if (profile.Data is { Length: > 0 } data && new IptcProfile(data).Values.SequenceEqual(profile.Values))
            return data;
        IptcProfile updated = profile.DeepClone();
        updated.UpdateData();
        return updated.Data;
    }
}
