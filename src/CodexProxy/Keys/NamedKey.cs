namespace CodexProxy.Keys;

/// <summary>A key that was made for one client: what it is called, what it opens, and how often. Its text is not kept.</summary>
/// <param name="Name">What people call it; unique without case.</param>
/// <param name="Digest">SHA-256 of its text, 64 hex digits. The text is random enough that no slow hash is needed.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record NamedKey(string Name, string Digest, DateTimeOffset CreatedAt)
{
    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Models it may ask for, by the requested name or the upstream's; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>How often it may be used.</summary>
    public KeyLimits Limits { get; init; } = KeyLimits.None;

    /// <summary>Whether it may not be used any more.</summary>
    public bool HasExpired(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>Whether it may ask for a model.</summary>
    /// <param name="requested">Name in the request.</param>
    /// <param name="upstream">The upstream's name for it.</param>
    public bool Allows(string requested, string upstream) =>
        Models.Count == 0 || Models.Contains(requested) || Models.Contains(upstream);

    /// <summary>Whether a text can be a name: 1 to 64 letters, digits, dots, dashes and underscores.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= 64
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}

/// <summary>How often a key may be used; null for no limit.</summary>
/// <param name="RequestsPerMinute">Requests for models in a minute.</param>
/// <param name="RequestsPerDay">Requests for models in 24 hours.</param>
/// <param name="TokensPerMinute">Tokens in a minute: input, cached included, and output.</param>
/// <param name="TokensPerDay">Tokens in 24 hours.</param>
internal sealed record KeyLimits(
    long? RequestsPerMinute,
    long? RequestsPerDay,
    long? TokensPerMinute,
    long? TokensPerDay
)
{
    /// <summary>No limits.</summary>
    public static KeyLimits None { get; } = new(null, null, null, null);
}
