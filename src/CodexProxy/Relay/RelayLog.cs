using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>How one request ended, for the log. Never holds content.</summary>
internal sealed record RelayOutcome
{
    public required string RequestId { get; init; }

    public required string RequestedModel { get; init; }

    public required string UpstreamModel { get; init; }

    public string? ServingModel { get; init; }

    public required int Status { get; init; }

    public UpstreamFailure? Failure { get; init; }

    public required int Attempts { get; init; }

    public TimeSpan? FirstOutput { get; init; }

    public required TimeSpan Elapsed { get; init; }

    public long InputTokens { get; init; }

    public long CachedTokens { get; init; }

    public long OutputTokens { get; init; }
}

/// <summary>The relay's lines in the log: one for each request, and one for each hidden attempt.</summary>
internal sealed partial class RelayLog(ILogger<RelayLog> logger)
{
    /// <summary>A request has ended.</summary>
    public void Served(RelayOutcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            LogFailed(
                outcome.RequestId,
                RecordNames.Plain(outcome.RequestedModel),
                RecordNames.Plain(outcome.UpstreamModel),
                outcome.Status,
                failure.Kind,
                outcome.Attempts,
                (long)outcome.Elapsed.TotalMilliseconds
            );
            return;
        }

        LogServed(
            outcome.RequestId,
            RecordNames.Plain(outcome.RequestedModel),
            RecordNames.Plain(outcome.UpstreamModel),
            outcome.Status,
            (long)(outcome.FirstOutput ?? outcome.Elapsed).TotalMilliseconds,
            (long)outcome.Elapsed.TotalMilliseconds,
            outcome.InputTokens,
            outcome.CachedTokens,
            outcome.OutputTokens,
            outcome.Attempts
        );
        if (outcome.ServingModel is { } serving && serving != outcome.UpstreamModel)
        {
            LogRerouted(outcome.RequestId, RecordNames.Plain(outcome.UpstreamModel), RecordNames.Plain(serving));
        }
    }

    /// <summary>What of a request, and of its answer, could not be carried: paths only.</summary>
    public void Lost(string requestId, IReadOnlyList<TranslationLoss> losses)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogLosses(requestId, LossLine.Of(losses));
        }
    }

    /// <summary>An attempt failed and the same is sent again.</summary>
    public void Retrying(RelayTurn turn, UpstreamFailure failure, TimeSpan delay) =>
        LogRetrying(
            turn.Answer.RequestId,
            failure.Kind,
            LossPath.Clean(failure.Code ?? ""),
            (long)delay.TotalMilliseconds
        );

    /// <summary>An account would not serve, and another one is asked.</summary>
    public void MovedOn(RelayTurn turn, UpstreamFailure failure) =>
        LogMovedOn(turn.Answer.RequestId, failure.Kind, turn.Account!.Key);

    /// <summary>An attempt was refused for its form and is sent in another.</summary>
    public void OtherForm(RelayTurn turn, UpstreamFailure failure) =>
        LogOtherForm(
            turn.Answer.RequestId,
            RecordNames.Plain(turn.Model.Slug),
            LossPath.Clean(failure.Repair?.ToString() ?? "")
        );

    [LoggerMessage(Level = LogLevel.Debug, Message = "{RequestId} losses: {Losses}")]
    private partial void LogLosses(string requestId, string losses);

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId} {Kind}: goes on with account {Account}.")]
    private partial void LogMovedOn(string requestId, FailureKind kind, string account);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} {RequestedModel} -> {UpstreamModel} {Status} first {FirstMs} ms, total {TotalMs} ms, in {Input} (cached {Cached}) out {Output}, attempts {Attempts}"
    )]
    private partial void LogServed(
        string requestId,
        string requestedModel,
        string upstreamModel,
        int status,
        long firstMs,
        long totalMs,
        long input,
        long cached,
        long output,
        int attempts
    );

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{RequestId} {RequestedModel} -> {UpstreamModel} {Status} {Failure}, attempts {Attempts}, total {TotalMs} ms"
    )]
    private partial void LogFailed(
        string requestId,
        string requestedModel,
        string upstreamModel,
        int status,
        FailureKind failure,
        int attempts,
        long totalMs
    );

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} asked for {UpstreamModel}, the upstream served {ServingModel}."
    )]
    private partial void LogRerouted(string requestId, string upstreamModel, string servingModel);

    [LoggerMessage(Level = LogLevel.Information, Message = "{RequestId} {Failure} ({Code}); again in {DelayMs} ms.")]
    private partial void LogRetrying(string requestId, FailureKind failure, string code, long delayMs);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} {Model} refused the request's form; again with {Repair}."
    )]
    private partial void LogOtherForm(string requestId, string model, string repair);
}
