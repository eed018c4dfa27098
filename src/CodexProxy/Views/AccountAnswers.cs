using System.Text.Json.Serialization;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Models;

namespace CodexProxy.Views;

/// <summary>The short form of all accounts.</summary>
internal sealed record AccountStatusView(int Total, string? Active, IReadOnlyList<AccountStatusEntry> Accounts)
{
    public static AccountStatusView Of(AccountDirectory accounts, QuotaBook quotas, DateTimeOffset now)
    {
        var list = AccountListView.Of(accounts, quotas, now);
        return new AccountStatusView(
            list.Total,
            list.ActiveAccount,
            [
                .. list.Accounts.Select(account => new AccountStatusEntry(
                    account.Email,
                    account.PlanType,
                    account.IsActive,
                    account.Quota,
                    account.TokenExpired,
                    account.LastUsed
                )),
            ]
        );
    }
}

/// <summary>One account in the short form.</summary>
internal sealed record AccountStatusEntry(
    string? Email,
    string? PlanType,
    bool IsActive,
    QuotaView? Quota,
    bool TokenExpired,
    DateTimeOffset? LastUsed
);

/// <summary>Quota of one account.</summary>
/// <param name="Email">Whose.</param>
/// <param name="Quota">What is known; null when nothing could be learned.</param>
/// <param name="Cached">Whether it was known before.</param>
/// <param name="Warning">Why it may be old.</param>
internal sealed record QuotaAnswer(string Email, QuotaView? Quota, bool Cached, string? Warning)
{
    public bool Success { get; } = true;
}

/// <summary>Quota of every account.</summary>
internal sealed record QuotaAllAnswer(IReadOnlyList<QuotaEntry> Accounts);

/// <summary>Quota of one account among all.</summary>
internal sealed record QuotaEntry(string Email, QuotaView? Quota, string? Warning);

/// <summary>Usage of one account.</summary>
internal sealed record UsageAnswer(string Email, UsageView? Usage)
{
    public bool Success { get; } = true;
}

/// <summary>Models an account can use.</summary>
internal sealed record ModelsAnswer(string Email, IReadOnlyList<AccountModel> Models)
{
    public bool Success { get; } = true;
}

/// <summary>One model, in the names of earlier programs of this kind.</summary>
internal sealed record AccountModel(
    string Id,
    string Name,
    string? Description,
    string? DefaultReasoningLevel,
    IReadOnlyList<string> SupportedReasoningLevels,
    bool SupportedInApi,
    string Visibility
)
{
    public static AccountModel Of(CodexModel model) =>
        new(
            model.Slug,
            model.DisplayName,
            model.Description,
            model.DefaultEffort,
            model.Efforts,
            true,
            model.Listed ? "list" : "hide"
        );
}

/// <summary>A sign-in has begun.</summary>
/// <param name="OauthUrl">The address to open in a browser.</param>
/// <param name="CallbackPort">The port that waits for the browser.</param>
internal sealed record SignInBegun(
    [property: JsonPropertyName("oauth_url")] Uri OauthUrl,
    [property: JsonPropertyName("callback_port")] int CallbackPort
)
{
    public string Status { get; } = "oauth_url";
}

/// <summary>A sign-in could not begin.</summary>
/// <param name="Error">Its kind.</param>
/// <param name="Message">What to do.</param>
internal sealed record SignInNotBegun(string Error, string Message)
{
    public string Status { get; } = "error";
}

/// <summary>A sign-in by device code has begun.</summary>
/// <param name="UserCode">What the person types.</param>
/// <param name="VerificationUrl">Into which page.</param>
/// <param name="ExpiresAt">From then on the code is of no use.</param>
internal sealed record DeviceBegun(string UserCode, Uri VerificationUrl, DateTimeOffset ExpiresAt);

/// <summary>How requests are spread over accounts.</summary>
/// <param name="AccountStrategy"><c>sticky</c> or <c>round-robin</c>.</param>
/// <param name="RotationEnabled">Whether that matters: without rotation the active account serves alone.</param>
internal sealed record StrategyAnswer(string AccountStrategy, bool RotationEnabled)
{
    public bool Success { get; } = true;

    public static StrategyAnswer Of(AccountDirectory accounts, AccountOptions options) =>
        new(AccountSelection.Word(accounts.Current.Strategy ?? options.Strategy), options.Rotation);
}
