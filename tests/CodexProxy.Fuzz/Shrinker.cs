namespace CodexProxy.Fuzz;

/// <summary>Makes a failing input smaller by leaving out pieces while it still fails in the same way.</summary>
internal static class Shrinker
{
    private const int MostTries = 4000;

    /// <summary>A smaller input that fails in the same way.</summary>
    public static Failure Shrink(Failure failure)
    {
        if (failure.Kind == "slow")
        {
            return failure;
        }

        var tries = 0;
        for (var size = failure.Input.Length / 2; size > 0; size = size == 1 ? 0 : size / 2)
        {
            for (var at = 0; at < failure.Input.Length && tries < MostTries; )
            {
                tries++;
                var bytes = failure.Input;
                byte[] less = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(Math.Min(bytes.Length, at + size))];
                if (Failure.Of(failure.Target, less, out _) is { } same && same.Kind == failure.Kind)
                {
                    failure = same;
                }
                else
                {
                    at += size;
                }
            }
        }

        return failure;
    }
}
