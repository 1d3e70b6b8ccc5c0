namespace Tessera.Models.BitSwap;

/// <summary>In which order latents are popped, and variables pushed. Both give the same lengths, but for what an encoder needs to begin with.</summary>
public enum BitsBackScheme
{
    /// <summary>Each variable is pushed as soon as the latent above it was popped: the supply need not be larger for a longer chain.</summary>
    BitSwap,

    /// <summary>
    /// All latents are popped before anything is pushed (J. Townsend, T. Bird, D. Barber, "Practical lossless compression with latent variables using
    /// bits back coding", arXiv 1901.04866): here for comparison.
    /// </summary>
    BbAns,
}
