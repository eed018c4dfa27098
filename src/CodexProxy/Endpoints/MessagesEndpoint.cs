using CodexProxy.Accounts;
using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Quota;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary><c>POST /v1/messages</c>: reads, translates and relays one request.</summary>
internal sealed class MessagesEndpoint(
    RequestTranslation translation,
    MessageRelay relay,
    AccountDirectory accounts,
    QuotaBook quotas,
    UsageClient usage,
    BodyRecorder bodies,
    OptionsSource options,
    TimeProvider timeProvider,
    RelayLog log
)
{
    private static readonly TimeSpan QuotaMaxAge = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan QuotaDeadline = TimeSpan.FromSeconds(2);

    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var arrival = Arrival.Begin(http, RequestFace.Messages, timeProvider);
        TranslatedRequest translated;
        LocalMessage? local;
        using (var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit))
        using (var request = MessagesRequest.Read(body.Bytes))
        {
            arrival.Model = request.Model;
            arrival.Recording = bodies.Begin(body.Bytes);
            arrival.Session = SessionKeys.SessionId(http.Request.Headers["x-claude-code-session-id"], request.UserId);
            arrival.Agent = http.Request.Headers["x-claude-code-agent-id"] is [{ Length: > 0 } agent] ? agent : null;
            local = LocalMessage.For(request, http.TraceIdentifier);
            translated = local is null
                ? translation.Translate(request, http.Request.Headers, requireMaxTokens: true)
                : null!;
        }

        var clientGone = http.RequestAborted;
        if (local is not null)
        {
            await AnswerHereAsync(http, local, clientGone);
            return;
        }

        using var answer = Answer(http, translated.Context.Stream);
        var outcome = await relay.ServeAsync(arrival.Hand(translated), answer, clientGone);
        log.Served(outcome);
    }

    private static TranslatedAnswer<StreamEvent> Answer(HttpContext http, bool streams) =>
        new(http, MessagesFace.Instance, streams);

    // Only the headers of the answer matter to a client that asks for its quota.
    private async Task AnswerHereAsync(HttpContext http, LocalMessage local, CancellationToken clientGone)
    {
        using var answer = Answer(http, local.Stream);
        if (local.AsksForQuota)
        {
            answer.CommitHeaders = await ProbeQuotaAsync(clientGone);
        }

        answer.Add(local.Events);
        answer.Take();
        await answer.CompleteAsync(clientGone);
    }

    private async Task<IReadOnlyList<KeyValuePair<string, string>>> ProbeQuotaAsync(CancellationToken clientGone)
    {
        if (await accounts.GetAsync(clientGone) is not Credential credential)
        {
            return [];
        }

        if (quotas.Age(credential.Key) is not { } age || age > QuotaMaxAge)
        {
            await usage.RefreshAsync(credential, QuotaDeadline, clientGone);
        }

        return quotas.Find(credential.Key) is { } snapshot
            ? UnifiedHeaders.Write(snapshot, timeProvider.GetUtcNow())
            : [];
    }
}
