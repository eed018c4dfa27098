using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.SignIn;

/// <summary>What a person types into the issuer's page for devices, and how to ask whether it was done.</summary>
/// <param name="Page">The page.</param>
/// <param name="UserCode">The code to type.</param>
/// <param name="Id">Names this sign-in to the issuer.</param>
/// <param name="Interval">Shortest time between two questions.</param>
internal sealed record DeviceCode(Uri Page, string UserCode, Secret Id, TimeSpan Interval);

/// <summary>Sign-in without a browser on this machine: the person types a code into a page on any device.</summary>
/// <param name="issuer">Asks the issuer.</param>
/// <param name="upstream">Its endpoints.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed class DeviceSignIn(IssuerClient issuer, UpstreamOptions upstream, TimeProvider time)
{
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);

    /// <summary>How long a code can be used. 15 minutes.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Asks for a code.</summary>
    /// <returns>The code, or why there is none.</returns>
    public async Task<(DeviceCode? Code, SignInFailure? Failure)> StartAsync(CancellationToken cancellationToken)
    {
        using var body = Json(("client_id", TokenSet.CodexClientId));
        var answer = await issuer.PostAsync(upstream.DeviceCode, body, cancellationToken);
        return answer switch
        {
            null => (null, Failure(SignInProblem.Unreachable, "The issuer could not be reached. Try again later.")),
            { Status: 200 } when Read(answer) is { } code => (code, null),
            { Status: 404 } => (
                null,
                Failure(
                    SignInProblem.NotEnabled,
                    "Sign-in by device code is not enabled here. Allow it in the security settings of ChatGPT, or sign in "
                        + "with a browser."
                )
            ),
            { Status: 429 } => (
                null,
                Failure(SignInProblem.Refused, "The issuer was asked for too many codes. Wait some minutes.")
            ),
            _ => (
                null,
                Failure(SignInProblem.Refused, $"The issuer gave no code (status {answer.Status}). Try again later.")
            ),
        };
    }

    /// <summary>Waits until the person has typed the code, or it can no longer be used.</summary>
    public async Task<SignInOutcome> WaitAsync(DeviceCode code, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var interval = code.Interval;
        while (time.GetElapsedTime(began) + interval < Life)
        {
            await Task.Delay(interval, time, cancellationToken);
            using var body = Json(("device_auth_id", code.Id.Reveal()), ("user_code", code.UserCode));
            switch (await issuer.PostAsync(upstream.DeviceToken, body, cancellationToken))
            {
                case { Status: 200 } answer:
                    return await RedeemAsync(answer, cancellationToken);
                case { Status: 403 or 404 } or { ErrorCode: "authorization_pending" }:
                    break;
                // An issuer that is out of breath or out of reach gets more time, as RFC 8628 wants it.
                case null or { Status: 429 or >= 500 } or { ErrorCode: "slow_down" }:
                    interval += SlowDown;
                    break;
                case { ErrorCode: "access_denied" }:
                    return Failure(SignInProblem.Denied, "The sign-in was denied. Sign in again and allow the device.");
                case { ErrorCode: "expired_token" or "deviceauth_expired" }:
                    return Expired();
                case var answer:
                    return Failure(
                        SignInProblem.Refused,
                        $"The sign-in was refused (status {answer.Status}). Sign in again."
                    );
            }
        }

        return Expired();
    }

    private async Task<SignInOutcome> RedeemAsync(IssuerAnswer answer, CancellationToken cancellationToken) =>
        answer.Text("authorization_code") is { } code && answer.Text("code_verifier") is { } verifier
            ? await new CodeExchange(issuer, upstream).RedeemAsync(
                new Secret(code),
                new Secret(verifier),
                upstream.DeviceRedirect,
                cancellationToken
            )
            : Failure(SignInProblem.Refused, "The issuer allowed the device but sent no code. Sign in again.");

    private DeviceCode? Read(IssuerAnswer answer) =>
        answer.Text("device_auth_id") is { } id && (answer.Text("user_code") ?? answer.Text("usercode")) is { } code
            ? new DeviceCode(
                upstream.DevicePage,
                Printable(code),
                new Secret(id),
                ReadInterval(answer.Member("interval"))
            )
            : null;

    // Both forms were seen. A number no person could wait for counts as none.
    private static TimeSpan ReadInterval(JsonElement element)
    {
        var text = element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 1 and <= 300
            ? TimeSpan.FromSeconds(seconds)
            : UsualInterval;
    }

    // It goes to a terminal, which must not be told to do anything.
    private static string Printable(string code) => string.Concat(code.Where(letter => letter is > ' ' and <= '~'));

    private static SignInFailure Expired() =>
        Failure(SignInProblem.TimedOut, $"The code was not used within {Life.TotalMinutes:0} minutes. Sign in again.");

    private static SignInFailure Failure(SignInProblem problem, string message) => new(problem, message);

    private static ByteArrayContent Json(params ReadOnlySpan<(string Name, string Value)> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return new ByteArrayContent(stream.ToArray())
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
    }
}
