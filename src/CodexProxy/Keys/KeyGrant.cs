namespace CodexProxy.Keys;

/// <summary>What came in with a named key: a feature of the request, or of the connection whose frames are requests.</summary>
internal sealed class KeyGrant(NamedKey key, KeyBook book, KeyMeter meter)
{
    /// <summary>The key as it is now; null when it was revoked since.</summary>
    public NamedKey? Key => book.Again(key);

    /// <summary>Whether it may not be used any more.</summary>
    public bool HasExpired => book.HasExpired(key);

    /// <summary>Counts a request; null when it may go on.</summary>
    public KeyRefusal? Ask() => meter.Ask(key);

    /// <summary>Counts what an answer has used.</summary>
    public void Count(long tokens) => meter.Count(key, tokens);
}
