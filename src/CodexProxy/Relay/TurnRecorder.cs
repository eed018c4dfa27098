using System.Text.RegularExpressions;
using CodexProxy.Answers;
using CodexProxy.Keys;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;
using CodexProxy.Usage;

namespace CodexProxy.Relay;

/// <summary>Keeps what is worth knowing of a request that has ended: its record, its losses, and what the cache did.</summary>
internal sealed partial class TurnRecorder(
    RequestBook requests,
    CacheBook caches,
    RequestPrinter printer,
    SessionProjects projects,
    UsageWriter usage,
    LossLedger losses,
    RelayLog log,
    RequestMetrics metrics,
    BodyRecorder bodies,
    RecordNames names,
    TimeProvider timeProvider
)
{
    /// <summary>Keeps a request.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="outcome">How it ended; null when the client went away.</param>
    public void Keep(RelayTurn turn, RelayOutcome? outcome)
    {
        var trail = turn.Trail;
        trail.EndAttempt(turn.Elapsed);
        NoteOtherModel(turn);
        losses.Note([.. trail.AddedLosses.Where(loss => !loss.Path.StartsWith("event ", StringComparison.Ordinal))]);
        log.Lost(turn.Answer.RequestId, trail.Losses);
        var context = turn.Context;
        var tokens = trail.Tokens is { } told ? RecordNames.Of(told) : null;
        turn.Answer.CountTokens(tokens?.Total ?? 0);
        var print = Print(turn);
        var verdict =
            print is not null && tokens is not null
                ? caches.Add(
                    context.CacheKey,
                    names.Of(context.SessionId),
                    names.Of(context.AgentId),
                    turn.Answer.RequestId,
                    print with
                    {
                        Model = names.Of(print.Model),
                    },
                    tokens
                )
                : null;
        if (turn.Recording is { } recording)
        {
            bodies.Keep(turn.Answer.RequestId, recording);
        }

        var now = timeProvider.GetUtcNow();
        var total = turn.Elapsed;
        var completed = turn.Translation?.Turn;
        // What came was no answer that could be given.
        var isRefused = turn.Answer.Status >= StatusCodes.Status400BadRequest;
        Keep(
            new RequestRecord
            {
                RequestId = turn.Answer.RequestId,
                Face = turn.Answer.Face,
                Started = now - total,
                At = now,
                Client = Product(turn.Answer.UserAgent),
                Project = projects.Resolve(
                    context.SessionId,
                    context.IsClaudeCode ? ProjectName.Find(turn.Body) : null
                ),
                Session = context.SessionId,
                Agent = context.AgentId,
                RequestedModel = context.RequestedModel,
                UpstreamModel = turn.Model.Slug,
                Upstream = turn.Model.Upstream,
                ServedModel = turn.ServingModel ?? trail.LastResponse?.Model,
                Effort = turn.Body.Reasoning.Effort,
                Tier = turn.Body.ServiceTier,
                ServedTier = trail.LastResponse?.ServiceTier,
                Streamed = turn.Answer.Streams,
                Account = turn.Credential?.Key,
                Ending =
                    outcome is { Failure: null } && !isRefused ? RequestEnding.Answered
                    : outcome is null && turn.ClientGone.IsCancellationRequested ? RequestEnding.ClientGone
                    : RequestEnding.Failed,
                Status = turn.Answer.Status,
                Failure = outcome?.Failure?.Kind.ToString() ?? (isRefused ? "api_error" : null),
                Attempts = [.. trail.Attempts.Select(attempt => attempt.ToRecord())],
                FirstByte = turn.FirstOutput,
                Total = total,
                Tokens = tokens,
                StopReason = completed?.StopReason,
                ToolCalls = completed?.ToolCalls ?? 0,
                ToolErrors = context.ToolErrors,
                Losses = trail.Losses,
                Cache = verdict,
                Hashes = print?.Hashes,
            },
            new RequestDetails(print, Facts(turn), [.. trail.Attempts.Select(Details)])
        );
    }

    /// <summary>Keeps a request of the vendor's own client, of which only what passed by is known.</summary>
    public void Keep(VendorTurn turn, HttpContext http)
    {
        var now = timeProvider.GetUtcNow();
        var total = turn.Elapsed;
        var response = turn.Tap.Response;
        http.Features.Get<KeyGrant>()?.Count(turn.Tap.Tokens?.Total ?? 0);
        Keep(
            new RequestRecord
            {
                RequestId = http.TraceIdentifier,
                Face = RequestFace.Vendor,
                Started = now - total,
                At = now,
                Client = Product(http.Request.Headers.UserAgent.ToString()),
                Session = turn.Arrival.Session,
                RequestedModel = ModelWord(turn.Arrival.Model),
                UpstreamModel = ModelWord(turn.Arrival.Model),
                ServedModel = response?.Model,
                ServedTier = response?.ServiceTier,
                Streamed = true,
                Account = turn.Account,
                Ending =
                    http.RequestAborted.IsCancellationRequested && turn.Failure is null && !turn.Tap.IsComplete
                        ? RequestEnding.ClientGone
                    : turn.Failure is not null || response is not null && !turn.Tap.IsComplete ? RequestEnding.Failed
                    : RequestEnding.Answered,
                Status = turn.Status ?? StatusCodes.Status499ClientClosedRequest,
                Failure = turn.Failure?.Kind.ToString(),
                Attempts = turn.Attempts,
                FirstByte = turn.FirstByte,
                Total = total,
                Tokens = turn.Tap.Tokens,
                StopReason = turn.StopReason,
                ToolCalls = turn.Tap.Calls,
                Losses = [],
            },
            null
        );
    }

    /// <summary>Keeps a request for a model that was refused before it came to an attempt; others are not looked at.</summary>
    public void KeepRejected(HttpContext http, ClientError error)
    {
        if (Arrival.Unrecorded(http) is not { } arrival)
        {
            return;
        }

        arrival.IsRecorded = true;
        var now = timeProvider.GetUtcNow();
        var total = timeProvider.GetElapsedTime(arrival.Stamp);
        Keep(
            new RequestRecord
            {
                RequestId = http.TraceIdentifier,
                Face = arrival.Face,
                Started = now - total,
                At = now,
                Client = Product(http.Request.Headers.UserAgent.ToString()),
                Session = arrival.Session,
                Project = projects.Resolve(arrival.Session, null),
                Agent = arrival.Agent,
                RequestedModel = ModelWord(arrival.Model),
                UpstreamModel = "",
                Streamed = false,
                Ending = RequestEnding.Failed,
                Status = ErrorForm.StatusOf(http.Request, error),
                Failure = error.Type,
                Attempts = [],
                Total = total,
                Losses = [],
            },
            null
        );
    }

    private void Keep(RequestRecord told, RequestDetails? details)
    {
        var record = names.Of(told);
        // Whoever hears of it asks the history for it.
        usage.Add(record);
        requests.Add(record, details);
        metrics.Note(record);
    }

    // What was asked for is known at the start, what served only at the end.
    private static void NoteOtherModel(RelayTurn turn)
    {
        var served = turn.Trail.LastResponse;
        if (turn.ServingModel is { } model && model != turn.Model.Slug)
        {
            turn.Trail.Lose(new TranslationLoss("model", LossKind.Approximated));
        }

        if (turn.Body.ServiceTier is { } tier && served?.ServiceTier is { } servedTier && servedTier != tier)
        {
            turn.Trail.Lose(new TranslationLoss("service_tier", LossKind.Approximated));
        }
    }

    private RequestPrint? Print(RelayTurn turn) =>
        turn.Trail is { LastBody: { } body, Attempts: [.., var last] }
            ? printer.Of(
                body,
                last.Forms,
                turn.Credential?.Key,
                caches.LastPrint(turn.Context.CacheKey),
                turn.Fingerprint
            )
            : null;

    private static TurnFacts Facts(RelayTurn turn) =>
        new(
            Product(turn.Answer.UserAgent),
            turn.Context.IsClaudeCode,
            turn.Context.ThinkingRequested,
            turn.Context.MaxTokens,
            turn.Context.StopSequences.Count,
            turn.Context.Prefill is not null,
            turn.CutHere
        );

    private AttemptDetails Details(AttemptTrail attempt) =>
        new(
            attempt.Events,
            attempt.EventCount,
            attempt.CallNames.ToDictionary(call => call.Key, call => printer.Hash(call.Value)),
            attempt.Response is { } response
                ? new TerminalFacts(
                    response.Model,
                    response.ServiceTier,
                    response.IncompleteReason,
                    response.EndTurn,
                    response.Usage is { } usage
                        ? new TokenCounts(
                            usage.InputTokens,
                            usage.CachedTokens,
                            usage.CacheWriteTokens,
                            usage.OutputTokens,
                            usage.ReasoningTokens
                        )
                        : null
                )
                : null
        );

    /// <summary>Product and version of a client, such as <c>claude-cli/2.1.0</c>; null when it is no such word.</summary>
    public static string? Product(string userAgent) =>
        ProductWord().Match(userAgent) is { Success: true } product ? product.Value : null;

    // Of a request that nothing has vouched for, only what looks like a name is kept.
    public static string ModelWord(string model) => ModelName().IsMatch(model) ? model : "";

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]{0,99}$")]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z_-]{0,30}/[0-9][0-9A-Za-z.+-]{0,30}")]
    private static partial Regex ProductWord();
}
