using System.Numerics;

namespace Tessera.Entropy.Tests;

/// <summary>Logistic and normal distribution functions by plain series in fixed point of 192 bits.</summary>
internal static class HighPrecision
{
    public const int Bits = 192;
    public static readonly BigInteger One = BigInteger.One << Bits;
    private static readonly BigInteger Pi = (16 * ArcTangentOfInverse(5)) - (4 * ArcTangentOfInverse(239));

    /// <summary>2^(eighths/8).</summary>
    public static BigInteger EighthPower(int eighths)
    {
        BigInteger root = SquareRoot(SquareRoot(SquareRoot(2 * One)));
        BigInteger result = One;
        for (int i = 0; i < Math.Abs(eighths); i++)
            result = (result * root) >> Bits;
        return eighths >= 0 ? result : (One << Bits) / result;
    }

    public static BigInteger LogisticBelow(BigInteger x) => (One << Bits) / (One + Exp(-x));

    /// <summary>1/2 + (x - x^3/(2*3) + x^5/(2^2*2!*5) - ...) / sqrt(2 pi).</summary>
    public static BigInteger GaussianBelow(BigInteger x)
    {
        if (BigInteger.Abs(x) > 8 * One)
            return x.Sign < 0 ? 0 : One;
        BigInteger square = (x * x) >> Bits, power = x, sum = 0;
        for (int n = 0; !(power >> 2).IsZero && power != -1; n++)
        {
            sum += power / ((2 * n) + 1);
            power = -((power * square) >> Bits) / (2 * (n + 1));
        }

        return (One / 2) + ((sum << Bits) / SquareRoot(2 * Pi));
    }

    private static BigInteger Exp(BigInteger x)
    {
        BigInteger magnitude = BigInteger.Abs(x), sum = 0, term = One;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = ((term * magnitude) >> Bits) / n;
        }

        return x.Sign >= 0 ? sum : (One << Bits) / sum;
    }

    private static BigInteger ArcTangentOfInverse(int x)
    {
        BigInteger power = One / x, sum = 0;
        for (int n = 0; !power.IsZero; n++)
        {
            sum += (n % 2 == 0 ? power : -power) / ((2 * n) + 1);
            power /= x * x;
        }

        return sum;
    }

    private static BigInteger SquareRoot(BigInteger value)
    {
        BigInteger target = value << Bits, root = One * 2;
        while (true)
        {
            BigInteger next = (root + (target / root)) >> 1;
            if (BigInteger.Abs(next - root) <= 1)
                return next;
            root = next;
        }
    }
}
