using System.Text.RegularExpressions;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>Keeps what is worth knowing of a request that has ended: its record, its losses, and what the cache did.</summary>
internal sealed partial class TurnRecorder(
    RequestBook requests,
    CacheBook caches,
    RequestPrinter printer,
    LossLedger losses,
    RelayLog log,
    RequestMetrics metrics,
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
        var tokens = trail.Tokens;
        var print = Print(turn);
        var verdict =
            print is not null && tokens is not null
                ? caches.Add(context.CacheKey, context.SessionId, context.AgentId, turn.Answer.RequestId, print, tokens)
                : null;
        var record = new RequestRecord
        {
            RequestId = turn.Answer.RequestId,
            At = timeProvider.GetUtcNow(),
            Session = context.SessionId,
            Agent = context.AgentId,
            RequestedModel = context.RequestedModel,
            UpstreamModel = turn.Model.Slug,
            ServedModel = turn.ServingModel ?? trail.LastResponse?.Model,
            Effort = turn.Body.Reasoning.Effort,
            Tier = turn.Body.ServiceTier,
            ServedTier = trail.LastResponse?.ServiceTier,
            Streamed = turn.Answer.Streams,
            Account = turn.Credential?.Key,
            Ending =
                outcome is { Failure: null } ? RequestEnding.Answered
                : outcome is null && turn.ClientGone.IsCancellationRequested ? RequestEnding.ClientGone
                : RequestEnding.Failed,
            Status = turn.Answer.Status,
            Failure = outcome?.Failure?.Kind.ToString(),
            Attempts = [.. trail.Attempts.Select(attempt => attempt.ToRecord())],
            FirstByte = turn.FirstOutput,
            Total = turn.Elapsed,
            Tokens = tokens,
            Losses = trail.Losses,
            Cache = verdict,
            Hashes = print?.Hashes,
        };
        requests.Add(record, new RequestDetails(print, Facts(turn), [.. trail.Attempts.Select(Details)]));
        metrics.Note(record, turn.Model.Upstream);
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
            ? printer.Of(body, last.Forms, turn.Credential?.Key, caches.LastPrint(turn.Context.CacheKey))
            : null;

    private static TurnFacts Facts(RelayTurn turn) =>
        new(
            ProductWord().Match(turn.Answer.UserAgent) is { Success: true } product ? product.Value : null,
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

    [GeneratedRegex(@"^[A-Za-z][A-Za-z_-]{0,30}/[0-9][0-9A-Za-z.+-]{0,30}")]
    private static partial Regex ProductWord();
}
