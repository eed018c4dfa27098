using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>The token that requests carry. It prints as <c>***</c>.</summary>
public sealed class AccessToken : IEquatable<AccessToken>
{
    private readonly Secret _secret;

    /// <summary>Wraps a token.</summary>
    /// <param name="value">The token as the issuer gave it.</param>
    public AccessToken(string value)
    {
        _secret = new Secret(value);
        Claims = TokenClaims.Read(value);
    }

    /// <summary>What its payload says; null for an opaque token.</summary>
    public TokenClaims? Claims { get; }

    /// <summary>When it ends; null when it does not say.</summary>
    public DateTimeOffset? ExpiresAt => Claims?.ExpiresAt;

    /// <summary>Eight hex digits that name it in a log.</summary>
    public string Fingerprint => _secret.Fingerprint;

    /// <summary>The value of the header <c>authorization</c>.</summary>
    public string ToAuthorizationHeader() => "Bearer " + _secret.Reveal();

    /// <summary>The token itself, for the one body it belongs in.</summary>
    internal string Reveal() => _secret.Reveal();

    /// <summary>Whether both are the same token.</summary>
    public bool Equals(AccessToken? other) => other is not null && _secret.Equals(other._secret);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AccessToken);

    /// <inheritdoc/>
    public override int GetHashCode() => _secret.GetHashCode();

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => _secret.ToString();
}
