using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Accounts;

/// <summary>The ways to sign in: the browser, whose person always says yes, and the device code.</summary>
public sealed class SignInFlows
{
    private static readonly TimeSpan DeviceLife = TimeSpan.FromMinutes(15);

    private readonly TimeProvider _clock;
    private readonly SeededIds _ids;
    private readonly AccountBook _accounts;
    private readonly ConcurrentDictionary<string, Code> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Device> _devices = new(StringComparer.Ordinal);

    internal SignInFlows(TimeProvider clock, SeededIds ids, AccountBook accounts) =>
        (_clock, _ids, _accounts) = (clock, ids, accounts);

    /// <summary>The account that signs in next; null for the default one.</summary>
    public SimulatedAccount? Person { get; set; }

    /// <summary>Whether devices may sign in; false answers 404 as a workspace without the permission does. Default true.</summary>
    public bool DevicesAllowed { get; set; } = true;

    /// <summary>Lets the device that shows <paramref name="userCode"/> in.</summary>
    /// <returns>False when no device shows that code.</returns>
    public bool ApproveDevice(string userCode)
    {
        foreach (var device in _devices.Values.Where(device => device.UserCode == userCode))
        {
            device.IsApproved = true;
            return true;
        }

        return false;
    }

    internal HttpReply Authorize(CapturedRequest request, Uri issuer)
    {
        var query = request.Query;
        if (
            query.GetValueOrDefault("response_type") != "code"
            || query.GetValueOrDefault("client_id") != TokenMaker.ClientId
            || query.GetValueOrDefault("code_challenge_method") != "S256"
            || query.GetValueOrDefault("code_challenge") is not { Length: 43 } challenge
            || query.GetValueOrDefault("state") is not { Length: > 0 } state
            || query.GetValueOrDefault("redirect_uri") is not { } redirect
            || !Uri.TryCreate(redirect, UriKind.Absolute, out var target)
            || !(target.IsLoopback || target.Host == issuer.Host)
        )
        {
            return TokenEndpoint.OAuthError(400, "invalid_request", "The authorize parameters are incomplete.");
        }

        var code = _ids.Next("ac_", 40);
        _codes[code] = new Code(challenge, redirect, Person ?? _accounts.Default);
        var location = $"{redirect}?code={code}&state={Uri.EscapeDataString(state)}";
        return new HttpReply(302, "", null).With("location", location);
    }

    internal HttpReply StartDevice()
    {
        if (!DevicesAllowed)
        {
            return HttpReply.Error(404, "Device code login is not enabled.", "not_found");
        }

        var device = new Device(_ids.Next("", 4) + "-" + _ids.Next("", 5), _clock.GetUtcNow() + DeviceLife);
        var id = _ids.Next("deviceauth_", 32);
        _devices[id] = device;
        return HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("device_auth_id"u8, id);
                writer.WriteString("user_code"u8, device.UserCode);
                writer.WriteString("interval"u8, "5"u8);
                writer.WriteString("expires_at"u8, device.ExpiresAt);
            }
        );
    }

    internal HttpReply PollDevice(CapturedRequest request, Uri issuer)
    {
        var id = request.IsJson(out _) ? ConversationView.Text(request.Body, "device_auth_id") : null;
        var userCode = id is null ? null : ConversationView.Text(request.Body, "user_code");
        if (id is null || !_devices.TryGetValue(id, out var device) || device.UserCode != userCode)
        {
            return HttpReply.Error(400, "Unknown device.", "deviceauth_unknown");
        }

        if (_clock.GetUtcNow() >= device.ExpiresAt)
        {
            return HttpReply.Error(400, "The device code has expired.", "deviceauth_expired");
        }

        if (!device.IsApproved)
        {
            return HttpReply.Error(403, "The device has not been approved yet.", "deviceauth_authorization_unknown");
        }

        _devices.TryRemove(id, out _);
        var verifier = _ids.Next("", 64);
        var code = _ids.Next("ac_", 40);
        _codes[code] = new Code(
            Challenge(verifier),
            new Uri(issuer, "/deviceauth/callback").ToString(),
            Person ?? _accounts.Default
        );
        return HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("authorization_code"u8, code);
                writer.WriteString("code_challenge"u8, Challenge(verifier));
                writer.WriteString("code_verifier"u8, verifier);
            }
        );
    }

    internal SimulatedAccount? Redeem(string? code, string? verifier, string? redirect) =>
        code is not null
        && verifier is not null
        && _codes.TryRemove(code, out var known)
        && known.Challenge == Challenge(verifier)
        && known.RedirectUri == redirect
            ? known.Account
            : null;

    private static string Challenge(string verifier) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private sealed record Code(string Challenge, string RedirectUri, SimulatedAccount Account);

    private sealed class Device(string userCode, DateTimeOffset expiresAt)
    {
        public string UserCode { get; } = userCode;
        public DateTimeOffset ExpiresAt { get; } = expiresAt;
        public bool IsApproved { get; set; }
    }
}
