using System.Text.RegularExpressions;

namespace Tessera.Samples.Web;

/// <summary>A folder of Tessera files.</summary>
internal sealed partial class ImageStore(string folder)
{
    /// <summary>Finds a file by its name without extension. A name that could lead out of the folder is no name of an image.</summary>
    public FileInfo? Find(string name)
    {
        if (!ImageName().IsMatch(name))
            return null;
        var file = new FileInfo(Path.Combine(folder, name + ".tsra"));
        return file.Exists ? file : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,100}\z")]
    private static partial Regex ImageName();
}
