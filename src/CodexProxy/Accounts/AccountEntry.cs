using CodexProxy.Credentials;

namespace CodexProxy.Accounts;

/// <summary>One account as it is stored.</summary>
/// <param name="Key">Its name: see <see cref="Credential.Key"/>.</param>
/// <param name="Origin">How it came here.</param>
/// <param name="AddedAt">When.</param>
/// <param name="File">The account's own file; null for the Codex CLI's login that was never linked.</param>
/// <param name="Login">Where its tokens lie.</param>
internal sealed record AccountEntry(
    string Key,
    AccountOrigin Origin,
    DateTimeOffset AddedAt,
    string? File,
    ILoginStore Login
)
{
    /// <summary>Key of the Codex CLI's login while it serves without having been linked.</summary>
    public const string CodexKey = "codex-cli";

    /// <summary>Where a damaged file went whose place this one took, for people; null when there was none.</summary>
    public string? SetAside { get; init; }

    /// <summary>Whether the login belongs to another program, which is never to lose it through us.</summary>
    public bool IsShared => Origin == AccountOrigin.Link;
}
