using System.Security.Cryptography;
using System.Text;

namespace CodexProxy.Credentials;

/// <summary>A <see cref="Credential"/> or a <see cref="CredentialFailure"/>.</summary>
public abstract record CredentialResult;

/// <summary>What a request to the backend is signed with.</summary>
public sealed record Credential : CredentialResult
{
    /// <summary>The token.</summary>
    public required AccessToken AccessToken { get; init; }

    /// <summary>Value of the header <c>chatgpt-account-id</c>.</summary>
    public required string AccountId { get; init; }

    /// <summary>Plan name, an open set of words; null when unknown.</summary>
    public string? Plan { get; init; }

    /// <summary>The person's address, for people only; null when unknown.</summary>
    public string? Email { get; init; }

    /// <summary>The person's id; null when unknown.</summary>
    public string? UserId { get; init; }

    /// <summary>Whether the workspace is one for US government use.</summary>
    public bool IsFedRamp { get; init; }

    /// <summary>
    /// Names the account in books, files and logs: 12 hex digits of the SHA-256 over workspace and person. One person may have
    /// several workspaces, and one workspace several seats with a quota each.
    /// </summary>
    public string Key =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{AccountId}\n{UserId ?? Email}")))[..12];

    /// <summary>Names the token only by its fingerprint, and nobody by name.</summary>
    public override string ToString() => $"Credential {AccessToken.Fingerprint}";
}

/// <summary>Why there is no credential. Its message is safe to show to the client.</summary>
/// <param name="Kind">What is the matter.</param>
/// <param name="Message">One or two sentences that end with what to do.</param>
public sealed record CredentialFailure(CredentialFailureKind Kind, string Message) : CredentialResult;

/// <summary>Why there is no credential.</summary>
public enum CredentialFailureKind
{
    /// <summary>Nobody has signed in, or with something else than a ChatGPT plan. Answer with 401.</summary>
    SignedOut,

    /// <summary>The login's file is there but cannot be used. Answer with 401.</summary>
    Unreadable,

    /// <summary>The issuer has ended the login for good; only a new sign-in helps. Answer with 401.</summary>
    Refused,

    /// <summary>The issuer could not be asked just now; the same request may succeed later. Answer with 503.</summary>
    Unavailable,
}
