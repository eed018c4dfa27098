using CodexProxy.Records;

namespace CodexProxy.Replay;

/// <summary>What is compared: everything about the end of a request that does not depend on content or on the machine.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="Status">Status the client got.</param>
/// <param name="Failure">What went wrong.</param>
/// <param name="Attempts">The attempts in words: how each failed, and in which form it was sent.</param>
/// <param name="Tokens">The upstream's counts.</param>
internal sealed record ReplayOutcome(string Ending, int Status, string? Failure, string Attempts, TokenCounts? Tokens)
{
    /// <summary>The outcome of a record.</summary>
    public static ReplayOutcome Of(RequestRecord record) =>
        new(
            record.Ending.ToString(),
            record.Status,
            record.Failure,
            Describe(record.Attempts.Select(attempt => (attempt.Failure?.Kind, string.Join(' ', attempt.Forms)))),
            record.Tokens
        );

    /// <summary>Attempts in words.</summary>
    public static string Describe(IEnumerable<(string? Failure, string Forms)> attempts) =>
        string.Join(
            ", ",
            attempts.Select(attempt =>
                (attempt.Failure ?? "well") + (attempt.Forms.Length > 0 ? $" as {attempt.Forms}" : "")
            )
        );

    /// <summary>Where another outcome differs, in words; empty when it is the same.</summary>
    public IReadOnlyList<string> DifferencesTo(ReplayOutcome other)
    {
        var differences = new List<string>();
        Compare("ending", Ending, other.Ending);
        Compare("status", Status, other.Status);
        Compare("failure", Failure, other.Failure);
        Compare("attempts", Attempts, other.Attempts);
        Compare("tokens", Tokens, other.Tokens);
        return differences;

        void Compare<T>(string name, T recorded, T played)
        {
            if (!EqualityComparer<T>.Default.Equals(recorded, played))
            {
                differences.Add($"{name}: recorded {Shown(recorded)}, played {Shown(played)}");
            }
        }
    }

    private static string Shown<T>(T value) =>
        value switch
        {
            null => "none",
            TokenCounts tokens =>
                $"in {tokens.Input} (cached {tokens.Cached}) out {tokens.Output} (reasoning {tokens.Reasoning})",
            _ => value.ToString()!,
        };
}
