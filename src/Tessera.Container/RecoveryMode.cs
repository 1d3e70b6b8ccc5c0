namespace Tessera.Container;

/// <summary>What a reader does about damage.</summary>
public enum RecoveryMode
{
    /// <summary>The first fault ends the reading with a <see cref="TesseraFormatException"/>.</summary>
    None = 0,

    /// <summary>
    /// Damaged chunks become <see cref="DamagedItem"/>s and reading goes on with the next whole chunk. The header must be whole.
    /// </summary>
    SkipDamage = 1,
}
