namespace CodexProxy.Protocol.Translation;

/// <summary>What the response translator needs beside the request's <see cref="TranslationContext"/>.</summary>
public sealed record ResponseTranslatorSettings
{
    /// <summary>Id of the client's request; stands in error events and, until a response has begun, in the message id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Estimated input in tokens; reported until the upstream's own count comes, and instead of it if none does.</summary>
    public required int InputTokensEstimate { get; init; }

    /// <summary>Counts the tokens of a text. Called only near <c>max_tokens</c> or when no usage comes.</summary>
    public required Func<string, int> CountTokens { get; init; }

    /// <summary>When the request came in, Unix seconds: <c>created</c> of a Chat answer when no response has said its own.</summary>
    public long CreatedAt { get; init; }

    /// <summary>First 8 hex digits of the serving account id's SHA-256, sealed into reasoning; null when unknown.</summary>
    public string? AccountFingerprint { get; init; }
}
