using System.Text;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Accounts;

/// <summary>All tokens given out, and what has become of each.</summary>
public sealed class TokenVault
{
    private readonly SimulatorOptions _options;
    private readonly TokenMaker _maker;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AccessGrant> _access = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RefreshGrant> _refresh = new(StringComparer.Ordinal);
    private int _families;

    internal TokenVault(SimulatorOptions options, TokenMaker maker) => (_options, _maker) = (options, maker);

    private enum RefreshState
    {
        Live,
        Used,
        Expired,
        Revoked,
    }

    /// <summary>Refreshes that gave new tokens.</summary>
    public int Refreshes { get; private set; }

    /// <summary>Refreshes refused because the token had been used before.</summary>
    public int Reuses { get; private set; }

    /// <summary>Whether a refresh gives a new refresh token. Default true; false answers without one and keeps the old.</summary>
    public bool RotateRefreshTokens { get; set; } = true;

    /// <summary>Signs an account in.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="accessLifetime">Life of this access token; null for the option's.</param>
    public IssuedTokens Issue(SimulatedAccount account, TimeSpan? accessLifetime = null)
    {
        lock (_lock)
        {
            return Issue_NeedsLock(account, ++_families, accessLifetime);
        }
    }

    /// <summary>Makes every access token of an account invalid: the next request gets 401 and a refresh still works.</summary>
    public void RevokeAccessTokens(SimulatedAccount account)
    {
        lock (_lock)
        {
            foreach (var grant in _access.Values.Where(grant => grant.Account == account))
            {
                grant.IsRevoked = true;
            }
        }
    }

    /// <summary>Makes every live refresh token of an account too old.</summary>
    public void ExpireRefreshTokens(SimulatedAccount account) =>
        SetRefresh(grant => grant.Account == account, RefreshState.Expired);

    /// <summary>Signs an account out everywhere: its refresh tokens are revoked.</summary>
    public void RevokeRefreshTokens(SimulatedAccount account) =>
        SetRefresh(grant => grant.Account == account, RefreshState.Revoked);

    /// <summary>Who a request comes from, or the refusal it deserves.</summary>
    internal HttpReply? Admit(CapturedRequest request, out SimulatedAccount? account)
    {
        account = null;
        if (request.BearerToken is not { } token)
        {
            return HttpReply.Detail(401, "Unauthorized");
        }

        lock (_lock)
        {
            if (!_access.TryGetValue(token, out var grant))
            {
                return HttpReply.Detail(401, "Unauthorized");
            }

            if (grant.IsRevoked)
            {
                return Refused(
                    "token_invalidated",
                    "Your authentication token has been invalidated. Please try signing in again."
                );
            }

            if (_options.TimeProvider.GetUtcNow() >= grant.ExpiresAt)
            {
                return Refused(
                    "token_expired",
                    "Provided authentication token is expired. Please try signing in again."
                );
            }

            if (request.AccountId != grant.Account.Id)
            {
                return HttpReply.Detail(401, "Unauthorized");
            }

            account = grant.Account;
        }

        return account.IsDeactivated ? new HttpReply(402, """{"detail":{"code":"deactivated_workspace"}}""") : null;
    }

    internal HttpReply Refresh(string token)
    {
        lock (_lock)
        {
            if (!_refresh.TryGetValue(token, out var grant) || grant.State == RefreshState.Revoked)
            {
                return HttpReply.Error(
                    401,
                    "Your session has ended. Please log in again.",
                    "refresh_token_invalidated"
                );
            }

            if (grant.State == RefreshState.Expired)
            {
                return HttpReply.Error(
                    401,
                    "Your refresh token has expired. Please log in again.",
                    "refresh_token_expired"
                );
            }

            if (grant.State == RefreshState.Used)
            {
                Reuses++;
                if (_options.ReuseRevokesFamily)
                {
                    RevokeFamily_NeedsLock(grant.Family);
                }

                return HttpReply.Error(
                    401,
                    "Your refresh token has already been used to generate a new access token. Please try signing in again.",
                    "refresh_token_reused"
                );
            }

            Refreshes++;
            if (RotateRefreshTokens)
            {
                grant.State = RefreshState.Used;
            }

            return TokenReply(Issue_NeedsLock(grant.Account, grant.Family, null), RotateRefreshTokens);
        }
    }

    internal void Revoke(string token)
    {
        lock (_lock)
        {
            if (_refresh.TryGetValue(token, out var refresh))
            {
                RevokeFamily_NeedsLock(refresh.Family);
            }

            if (_access.TryGetValue(token, out var access))
            {
                access.IsRevoked = true;
            }
        }
    }

    internal HttpReply TokenReply(IssuedTokens tokens, bool withRefreshToken = true) =>
        HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("id_token"u8, tokens.IdToken);
                writer.WriteString("access_token"u8, tokens.AccessToken);
                if (withRefreshToken)
                {
                    writer.WriteString("refresh_token"u8, tokens.RefreshToken);
                }

                writer.WriteString("token_type"u8, "Bearer"u8);
                var life = tokens.AccessExpiresAt - _options.TimeProvider.GetUtcNow();
                writer.WriteNumber("expires_in"u8, (long)Math.Round(life.TotalSeconds));
                writer.WriteString("scope"u8, TokenMaker.Scopes);
            }
        );

    private IssuedTokens Issue_NeedsLock(SimulatedAccount account, int family, TimeSpan? accessLifetime)
    {
        var tokens = _maker.Make(account, accessLifetime);
        _access[tokens.AccessToken] = new AccessGrant(account, family, tokens.AccessExpiresAt);
        _refresh[tokens.RefreshToken] = new RefreshGrant(account, family);
        return tokens;
    }

    private void RevokeFamily_NeedsLock(int family)
    {
        foreach (
            var grant in _refresh.Values.Where(grant => grant.Family == family && grant.State == RefreshState.Live)
        )
        {
            grant.State = RefreshState.Revoked;
        }

        foreach (var grant in _access.Values.Where(grant => grant.Family == family))
        {
            grant.IsRevoked = true;
        }
    }

    private void SetRefresh(Func<RefreshGrant, bool> which, RefreshState state)
    {
        lock (_lock)
        {
            foreach (var grant in _refresh.Values.Where(grant => which(grant) && grant.State == RefreshState.Live))
            {
                grant.State = state;
            }
        }
    }

    private static HttpReply Refused(string code, string message)
    {
        var json = HttpReply.JsonText(writer =>
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, code);
            writer.WriteString("message"u8, message);
            writer.WriteEndObject();
        });
        return HttpReply
            .Json(
                401,
                writer =>
                {
                    writer.WriteStartObject("error"u8);
                    writer.WriteString("message"u8, message);
                    writer.WriteString("type"u8, "invalid_request_error"u8);
                    writer.WriteString("code"u8, code);
                    writer.WriteNull("param"u8);
                    writer.WriteEndObject();
                    writer.WriteNumber("status"u8, 401);
                }
            )
            .With("x-openai-authorization-error", code)
            .With("x-error-json", Convert.ToBase64String(Encoding.UTF8.GetBytes(json)));
    }

    private sealed class AccessGrant(SimulatedAccount account, int family, DateTimeOffset expiresAt)
    {
        public SimulatedAccount Account { get; } = account;
        public int Family { get; } = family;
        public DateTimeOffset ExpiresAt { get; } = expiresAt;
        public bool IsRevoked { get; set; }
    }

    private sealed class RefreshGrant(SimulatedAccount account, int family)
    {
        public SimulatedAccount Account { get; } = account;
        public int Family { get; } = family;
        public RefreshState State { get; set; }
    }
}
