namespace Tessera;

/// <summary>What a model that is made for some kinds of pictures says of some tiles.</summary>
public enum Suitability
{
    /// <summary>They are of another kind: the next model in the order of preference is asked.</summary>
    Poor,

    /// <summary>They may be of another kind: from the default effort on, the next model is tried too, and the smaller result kept; below, it is used.</summary>
    Doubtful,

    /// <summary>They are of the model's kind: no other model is tried.</summary>
    Good,
}
