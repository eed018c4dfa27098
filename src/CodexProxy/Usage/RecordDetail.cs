using System.Text.Json;
using System.Text.Json.Serialization;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Usage;

/// <summary>The part of a record that nothing is searched for or summed up by: a store keeps it as one JSON text.</summary>
internal sealed record RecordDetail
{
    public string UpstreamModel { get; init; } = "";

    public string? ServedModel { get; init; }

    public string? Upstream { get; init; }

    public string? ServedTier { get; init; }

    public bool Streamed { get; init; }

    public IReadOnlyList<string>? Losses { get; init; }

    public IReadOnlyList<AttemptDetail>? Attempts { get; init; }

    public CacheDetail? Cache { get; init; }

    public BodyHashes? Hashes { get; init; }

    /// <summary>The text for a record.</summary>
    public static string Write(RequestRecord record) =>
        JsonSerializer.Serialize(
            new RecordDetail
            {
                UpstreamModel = record.UpstreamModel,
                ServedModel = record.ServedModel,
                Upstream = record.Upstream,
                ServedTier = record.ServedTier,
                Streamed = record.Streamed,
                Losses =
                    record.Losses.Count > 0
                        ? [.. record.Losses.Select(loss => $"{loss.Path}={LossLine.Word(loss.Kind)}")]
                        : null,
                Attempts = record.Attempts.Count > 0 ? [.. record.Attempts.Select(AttemptDetail.Of)] : null,
                Cache = record.Cache is { } cache
                    ? new CacheDetail(
                        cache.Lane,
                        cache.Input,
                        cache.Cached,
                        cache.Changes.Count > 0 ? cache.Changes : null,
                        (long?)cache.Idle?.TotalMilliseconds
                    )
                    : null,
                Hashes = record.Hashes,
            },
            UsageJson.Default.RecordDetail
        );

    /// <summary>Completes a record of which the rest is known.</summary>
    /// <param name="json">What <see cref="Write"/> made.</param>
    /// <param name="rest">The rest.</param>
    /// <param name="cache">What the cache did; null when it is not known.</param>
    /// <param name="resent">Tokens that had been sent before.</param>
    public static RequestRecord Complete(string json, RequestRecord rest, CacheOutcome? cache, long resent)
    {
        var detail = JsonSerializer.Deserialize(json, UsageJson.Default.RecordDetail)!;
        return rest with
        {
            UpstreamModel = detail.UpstreamModel,
            ServedModel = detail.ServedModel,
            Upstream = detail.Upstream,
            ServedTier = detail.ServedTier,
            Streamed = detail.Streamed,
            Losses = [.. (detail.Losses ?? []).Select(Loss)],
            Attempts = [.. (detail.Attempts ?? []).Select(attempt => attempt.ToRecord())],
            Cache =
                cache is { } outcome && detail.Cache is { } kept
                    ? new CacheVerdict(
                        outcome,
                        kept.Lane,
                        kept.Input,
                        resent,
                        kept.Cached,
                        kept.Changes ?? [],
                        kept.IdleMs is { } idle ? TimeSpan.FromMilliseconds(idle) : null
                    )
                    : null,
            Hashes = detail.Hashes,
        };
    }

    private static TranslationLoss Loss(string text)
    {
        var sign = text.LastIndexOf('=');
        return new TranslationLoss(
            text[..sign],
            text[(sign + 1)..] switch
            {
                "dropped" => LossKind.Dropped,
                "approximated" => LossKind.Approximated,
                _ => LossKind.Emulated,
            }
        );
    }
}

/// <summary>What the cache did, beside what is summed up.</summary>
internal sealed record CacheDetail(int Lane, long Input, long Cached, IReadOnlyList<string>? Changes, long? IdleMs);

/// <summary>One attempt, with times in milliseconds.</summary>
internal sealed record AttemptDetail(
    long StartedMs,
    long? FirstEventMs,
    long TotalMs,
    int Events,
    int Account,
    IReadOnlyList<string>? Forms,
    FailureDetail? Failure
)
{
    public static AttemptDetail Of(AttemptRecord attempt) =>
        new(
            (long)attempt.Started.TotalMilliseconds,
            (long?)attempt.FirstEvent?.TotalMilliseconds,
            (long)attempt.Total.TotalMilliseconds,
            attempt.Events,
            attempt.Account,
            attempt.Forms.Count > 0 ? attempt.Forms : null,
            attempt.Failure is { } failure
                ? new FailureDetail(
                    failure.Kind,
                    failure.Status,
                    failure.Code,
                    failure.Repair,
                    (long)failure.RetryDelay.TotalMilliseconds
                )
                : null
        );

    public AttemptRecord ToRecord() =>
        new(TimeSpan.FromMilliseconds(StartedMs), Account, Forms ?? [])
        {
            FirstEvent = FirstEventMs is { } first ? TimeSpan.FromMilliseconds(first) : null,
            Total = TimeSpan.FromMilliseconds(TotalMs),
            Events = Events,
            Failure = Failure is { } failure
                ? new AttemptFailure(
                    failure.Kind,
                    failure.Status,
                    failure.Code,
                    failure.Repair,
                    TimeSpan.FromMilliseconds(failure.RetryDelayMs)
                )
                : null,
        };
}

/// <summary>How an attempt failed.</summary>
internal sealed record FailureDetail(string Kind, int? Status, string? Code, string? Repair, long RetryDelayMs);

/// <summary>The JSON of what a store keeps.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RecordDetail))]
internal sealed partial class UsageJson : JsonSerializerContext;
