namespace Tessera.Fuzzing.Engine;

/// <summary>Tells ways through the code from each other by what is said of the outcome, in which numbers do not count, nor what follows a quotation mark.</summary>
internal static class Signature
{
    private const ulong Basis = 14695981039346656037, Prime = 1099511628211;

    public static ulong Of(in Outcome outcome)
    {
        ulong hash = Basis ^ (ulong)outcome.Kind;
        bool inNumber = false;
        foreach (char c in outcome.Detail)
        {
            if (outcome.Kind == OutcomeKind.Refused)
            {
                if (c is '"' or '\'')
                    break;
                bool isNumber = char.IsAsciiDigit(c);
                if (isNumber && inNumber)
                    continue;
                inNumber = isNumber;
                hash = (hash ^ (isNumber ? '#' : c)) * Prime;
            }
            else
            {
                hash = (hash ^ c) * Prime;
            }
        }

        return hash;
    }
}
