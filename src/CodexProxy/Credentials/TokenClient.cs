using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;
using CodexProxy.Telemetry;

namespace CodexProxy.Credentials;

/// <summary>Asks the issuer's token endpoint for new tokens.</summary>
/// <param name="http">Must not follow redirects: the body holds a secret.</param>
/// <param name="options">Endpoint and names.</param>
/// <param name="time">Clock of the deadline.</param>
public sealed class TokenClient(HttpClient http, OptionsSource options, TimeProvider time)
{
    private const int AnswerLimit = 1024 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Trades a refresh token for new tokens. The old one is spent from then on, whatever becomes of the answer.
    /// </summary>
    /// <param name="refreshToken">The token to spend.</param>
    /// <param name="clientId">Client it was issued to.</param>
    /// <param name="reason">Why; told to the issuer.</param>
    /// <param name="keep">Takes a successful answer as it came, before anything else is done with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RefreshOutcome> RefreshAsync(
        Secret refreshToken,
        string clientId,
        RefreshReason reason,
        Action<ReadOnlyMemory<byte>> keep,
        CancellationToken cancellationToken
    )
    {
        var upstream = options.Current.Upstream;
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream.Token);
        request.Content = new ReadOnlyMemoryContent(WriteBody(refreshToken, clientId, reason));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("originator", upstream.Originator);
        request.Headers.TryAddWithoutValidation("user-agent", upstream.UserAgent);
        request.Headers.TryAddWithoutValidation("accept", "*/*");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            await response.Content.LoadIntoBufferAsync(AnswerLimit, linked.Token);
            var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
            if (response.IsSuccessStatusCode)
            {
                keep(body);
            }

            return Read(response.StatusCode, body);
        }
        catch (HttpRequestException)
        {
            return new RefreshUnavailable("the token endpoint could not be reached");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RefreshUnavailable($"the token endpoint did not answer within {Deadline.TotalSeconds:0} s");
        }
    }

    private static ReadOnlyMemory<byte> WriteBody(Secret refreshToken, string clientId, RefreshReason reason)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("client_id", clientId);
        writer.WriteString("grant_type", "refresh_token");
        writer.WriteString(
            "refresh_reason",
            reason switch
            {
                RefreshReason.ProactiveExpiry => "proactive_expiry",
                RefreshReason.UnauthorizedRecovery => "unauthorized_recovery",
                RefreshReason.Forced => "forced",
                _ => throw new ArgumentOutOfRangeException(nameof(reason)),
            }
        );
        writer.WriteString("refresh_token", refreshToken.Reveal());
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static RefreshOutcome Read(HttpStatusCode status, byte[] body)
    {
        var answer = TokenAnswer.Read(body);
        return status switch
        {
            HttpStatusCode.OK when answer.Tokens is { } tokens => tokens,
            HttpStatusCode.OK => new RefreshUnavailable("the token endpoint answered without tokens"),
            HttpStatusCode.Unauthorized => new RefreshRefused(Explain(answer.ErrorCode)),
            HttpStatusCode.BadRequest when answer.ErrorCode is "invalid_grant" => new RefreshRefused(Explain(null)),
            _ when IsFinal(answer.ErrorCode) => new RefreshRefused(Explain(answer.ErrorCode)),
            _ => new RefreshUnavailable($"the token endpoint answered with status {(int)status}"),
        };
    }

    private static bool IsFinal(string? code) =>
        code is "refresh_token_expired" or "refresh_token_reused" or "refresh_token_invalidated";

    private static string Explain(string? code) =>
        code switch
        {
            "refresh_token_expired" => "the ChatGPT login has expired",
            "refresh_token_reused" => "the ChatGPT login was already renewed by another program",
            "refresh_token_invalidated" => "the ChatGPT login was revoked",
            _ => "the ChatGPT login is no longer accepted",
        };
}
