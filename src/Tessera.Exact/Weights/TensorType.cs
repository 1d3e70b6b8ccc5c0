namespace Tessera.Exact;

/// <summary>The type of a tensor's elements: the integers of the safetensors format that graphs use.</summary>
public enum TensorType
{
    /// <summary>8 bits, unsigned.</summary>
    U8,

    /// <summary>8 bits, signed.</summary>
    I8,

    /// <summary>16 bits, signed.</summary>
    I16,

    /// <summary>32 bits, signed.</summary>
    I32,
}
