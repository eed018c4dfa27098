using System.Collections.Concurrent;
using System.Globalization;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Accounts;

/// <summary>Sign-in by device code: what the issuer does while a person types a code elsewhere.</summary>
public sealed class DeviceFlow
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly TimeProvider _clock;
    private readonly SeededIds _ids;
    private readonly CodeBook _codes;
    private readonly ConcurrentDictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private int _hurried;

    internal DeviceFlow(TimeProvider clock, SeededIds ids, CodeBook codes) =>
        (_clock, _ids, _codes) = (clock, ids, codes);

    /// <summary>Whether devices may sign in; false answers 404 as a workspace without the permission does. Default true.</summary>
    public bool Allowed { get; set; } = true;

    /// <summary>Seconds between two polls, as told to the device. Default 5.</summary>
    public int Interval { get; set; } = 5;

    /// <summary>Whether the interval is told as a number. Default false: as text.</summary>
    public bool IntervalIsNumber { get; set; }

    /// <summary>How many of the next polls are told to slow down, with 429. Default 0.</summary>
    public int TooFast
    {
        get => _hurried;
        set => _hurried = value;
    }

    /// <summary>Lets the device that shows <paramref name="userCode"/> in.</summary>
    /// <returns>False when no device shows that code.</returns>
    public bool Approve(string userCode) => Decide(userCode, Answer.Approved);

    /// <summary>Turns the device that shows <paramref name="userCode"/> away.</summary>
    /// <returns>False when no device shows that code.</returns>
    public bool Deny(string userCode) => Decide(userCode, Answer.Denied);

    /// <summary>Makes the code too old.</summary>
    /// <returns>False when no device shows that code.</returns>
    public bool Expire(string userCode) => Decide(userCode, Answer.Expired);

    internal HttpReply Start()
    {
        if (!Allowed)
        {
            return HttpReply.Error(404, "Device code login is not enabled.", "not_found");
        }

        var device = new Device(_ids.Next("", 4) + "-" + _ids.Next("", 5), _clock.GetUtcNow() + Life);
        var id = _ids.Next("deviceauth_", 32);
        _devices[id] = device;
        return HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("device_auth_id"u8, id);
                writer.WriteString("user_code"u8, device.UserCode);
                if (IntervalIsNumber)
                {
                    writer.WriteNumber("interval"u8, Interval);
                }
                else
                {
                    writer.WriteString("interval"u8, Interval.ToString(CultureInfo.InvariantCulture));
                }

                writer.WriteString("expires_at"u8, device.ExpiresAt);
            }
        );
    }

    internal HttpReply Poll(CapturedRequest request, Uri issuer)
    {
        var id = request.IsJson(out _) ? ConversationView.Text(request.Body, "device_auth_id") : null;
        var userCode = id is null ? null : ConversationView.Text(request.Body, "user_code");
        if (id is null || !_devices.TryGetValue(id, out var device) || device.UserCode != userCode)
        {
            return HttpReply.Error(400, "Unknown device.", "deviceauth_unknown");
        }

        if (Interlocked.Decrement(ref _hurried) >= 0)
        {
            return TokenEndpoint.OAuthError(429, "slow_down", "Ask less often.");
        }

        _hurried = 0;
        if (device.Answer == Answer.Expired || _clock.GetUtcNow() >= device.ExpiresAt)
        {
            return HttpReply.Error(400, "The device code has expired.", "deviceauth_expired");
        }

        if (device.Answer == Answer.Denied)
        {
            return TokenEndpoint.OAuthError(400, "access_denied", "The person has denied the device.");
        }

        if (device.Answer == Answer.None)
        {
            return HttpReply.Error(403, "The device has not been approved yet.", "deviceauth_authorization_unknown");
        }

        _devices.TryRemove(id, out _);
        var verifier = _ids.Next("", 64);
        var challenge = CodeBook.Challenge(verifier);
        var code = _codes.Issue(challenge, new Uri(issuer, "/deviceauth/callback").ToString());
        return HttpReply.Json(
            200,
            writer =>
            {
                writer.WriteString("authorization_code"u8, code);
                writer.WriteString("code_challenge"u8, challenge);
                writer.WriteString("code_verifier"u8, verifier);
            }
        );
    }

    private bool Decide(string userCode, Answer answer)
    {
        foreach (var device in _devices.Values.Where(device => device.UserCode == userCode))
        {
            device.Answer = answer;
            return true;
        }

        return false;
    }

    private enum Answer
    {
        None,
        Approved,
        Denied,
        Expired,
    }

    private sealed class Device(string userCode, DateTimeOffset expiresAt)
    {
        public string UserCode { get; } = userCode;
        public DateTimeOffset ExpiresAt { get; } = expiresAt;
        public Answer Answer { get; set; }
    }
}
