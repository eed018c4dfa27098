using System.Text.Json;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Accounts;

/// <summary>Answers the token and revoke endpoints, JSON and form alike.</summary>
internal sealed class TokenEndpoint(TokenVault vault, SignInFlows flows, SeededIds ids)
{
    public HttpReply Token(CapturedRequest request)
    {
        if (Members(request) is not { } members)
        {
            return OAuthError(400, "invalid_request", "The body is neither JSON nor a form.");
        }

        if (members("client_id") != TokenMaker.ClientId)
        {
            return OAuthError(401, "invalid_client", "Unknown client.");
        }

        return members("grant_type") switch
        {
            "authorization_code" => Exchange(members),
            "refresh_token" when members("refresh_token") is { } token => vault.Refresh(token),
            "urn:ietf:params:oauth:grant-type:token-exchange" => ApiKey(),
            _ => OAuthError(400, "unsupported_grant_type", "Unknown or incomplete grant."),
        };
    }

    public HttpReply Revoke(CapturedRequest request)
    {
        if (Members(request)?.Invoke("token") is not { } token)
        {
            return OAuthError(400, "invalid_request", "No token given.");
        }

        // As RFC 7009 wants it, an unknown token is revoked too.
        vault.Revoke(token);
        return new HttpReply(200, "{}");
    }

    public static HttpReply OAuthError(int status, string error, string description) =>
        HttpReply.Json(
            status,
            writer =>
            {
                writer.WriteString("error"u8, error);
                writer.WriteString("error_description"u8, description);
            }
        );

    private HttpReply Exchange(Func<string, string?> members) =>
        flows.Redeem(members("code"), members("code_verifier"), members("redirect_uri")) is { } account
            ? vault.TokenReply(vault.Issue(account))
            : OAuthError(400, "invalid_grant", "The code is unknown, used, or of another sign-in.");

    private HttpReply ApiKey() =>
        HttpReply.Json(200, writer => writer.WriteString("access_token"u8, ids.Next("sk-simulated-", 32)));

    private static Func<string, string?>? Members(CapturedRequest request)
    {
        var type = request.Header("content-type") ?? "";
        if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return name => request.Form.GetValueOrDefault(name);
        }

        return request.IsJson(out _) && request.Body.ValueKind == JsonValueKind.Object
            ? name => ConversationView.Text(request.Body, name)
            : null;
    }
}
