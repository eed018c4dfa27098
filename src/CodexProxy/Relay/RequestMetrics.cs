using System.Diagnostics;
using System.Text.Json;
using CodexProxy.Records;
using CodexProxy.Telemetry;

namespace CodexProxy.Relay;

/// <summary>Counts requests when they have ended. While nobody listens that is one comparison.</summary>
internal sealed class RequestMetrics(GatewayMeter meter)
{
    private const string Error = "error.type";
    private const string Operation = "gen_ai.operation.name";
    private const string ProviderName = "gen_ai.provider.name";
    private const string RequestModel = "gen_ai.request.model";
    private const string ResponseModel = "gen_ai.response.model";

    /// <summary>A request has come.</summary>
    public void Enter() => meter.Enter();

    /// <summary>A request is over.</summary>
    public void Leave() => meter.Leave();

    /// <summary>Counts a request by its record.</summary>
    public void Note(RequestRecord record)
    {
        if (!meter.IsHeard)
        {
            return;
        }

        var outcome = record.Ending switch
        {
            RequestEnding.Answered => "answered",
            RequestEnding.ClientGone => "client_gone",
            _ => "failed",
        };
        var common = Common(record.UpstreamModel.Length > 0 ? record.UpstreamModel : "unknown", record.Upstream);
        Request(common, outcome, record.Failure, record.Total, record.FirstByte);
        foreach (var (number, attempt) in record.Attempts.Index())
        {
            Attempt(common, attempt);
            if (number > 0)
            {
                var cause = record.Attempts[number - 1].Failure?.Kind;
                meter.Retries.Add(1, Pair(RequestModel, common), new(Error, cause is null ? "none" : Word(cause)));
            }
        }

        Tokens(common, record);
        if (record.Cache is { } cache)
        {
            meter.Caches.Add(
                1,
                Pair(RequestModel, common),
                new("codex_proxy.cache.outcome", Word(cache.Outcome.ToString()))
            );
        }
    }

    /// <summary>A member of a closed set as the value of a label: <c>UsageLimit</c> becomes <c>usage_limit</c>.</summary>
    public static string Word(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private TagList Common(string model, string? upstream) =>
        new()
        {
            { Operation, "chat" },
            { ProviderName, RelaySpans.Provider(upstream) },
            { RequestModel, meter.Label(model) },
        };

    private void Request(TagList common, string outcome, string? failure, TimeSpan total, TimeSpan? first)
    {
        meter.Requests.Add(
            1,
            Pair(RequestModel, common),
            new("codex_proxy.outcome", outcome),
            new(Error, failure is null ? "" : Word(failure))
        );
        if (first is { } time)
        {
            meter.FirstToken.Record(time.TotalSeconds, common);
        }

        meter.RequestDuration.Record(total.TotalSeconds, Failed(common, failure));
    }

    private void Attempt(TagList common, AttemptRecord attempt)
    {
        var tags = Failed(common, attempt.Failure?.Kind);
        meter.Attempts.Add(
            1,
            Pair(RequestModel, common),
            new(Error, attempt.Failure is { } failed ? Word(failed.Kind) : "")
        );
        meter.AttemptDuration.Record(attempt.Total.TotalSeconds, tags);
        if (attempt.FirstEvent is { } first)
        {
            meter.FirstChunk.Record(first.TotalSeconds, common);
        }
    }

    private void Tokens(TagList common, RequestRecord record)
    {
        if (record.Tokens is not { } tokens)
        {
            return;
        }

        Add("input", tokens.Input);
        Add("cached", tokens.Cached);
        Add("cache_write", tokens.CacheWrite);
        Add("output", tokens.Output);
        Add("reasoning", tokens.Reasoning);
        var tags = common;
        tags.Add(ResponseModel, meter.Label(record.ServedModel ?? record.UpstreamModel));
        var output = tags;
        tags.Add("gen_ai.token.type", "input");
        output.Add("gen_ai.token.type", "output");
        meter.TokenUsage.Record(tokens.Input, tags);
        meter.TokenUsage.Record(tokens.Output, output);

        void Add(string kind, long count) =>
            meter.Tokens.Add(count, Pair(RequestModel, common), new("codex_proxy.token.kind", kind));
    }

    private static TagList Failed(TagList tags, string? failure)
    {
        if (failure is not null)
        {
            tags.Add(Error, Word(failure));
        }

        return tags;
    }

    private static KeyValuePair<string, object?> Pair(string name, in TagList tags) =>
        tags.First(tag => tag.Key == name);
}
