namespace Tessera.Models.DenseFlow;

/// <summary>Room for a tensor of values, used again for every block.</summary>
/// <param name="channels">Channels of the tensor.</param>
internal sealed class ValueBuffer(int channels)
{
    private int[] _values = [];
    private int _height;
    private int _width;

    /// <summary>The tensor.</summary>
    public FixedTensor Tensor => new(_values, _height, _width, channels);

    /// <summary>Sets rows and columns; values are then undefined.</summary>
    public void Resize(int height, int width)
    {
        (_height, _width) = (height, width);
        int count = checked(height * width * channels);
        if (_values.Length < count)
            _values = new int[count];
    }
}
