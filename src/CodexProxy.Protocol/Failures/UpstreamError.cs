using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Failures;

/// <summary>The members of an upstream error body, in whichever of its shapes it came.</summary>
internal sealed record UpstreamError
{
    public string? Code { get; init; }

    public string? Type { get; init; }

    public string Message { get; init; } = "";

    public string? Param { get; init; }

    public string? Plan { get; init; }

    public DateTimeOffset? ResetsAt { get; init; }

    public TimeSpan? ResetsIn { get; init; }

    /// <summary>Whether the body had the gateway's shape <c>{"detail":…}</c>.</summary>
    public bool IsDetail { get; init; }

    /// <summary>Reads a body: <c>{"error":{…}}</c>, <c>{"error":"…"}</c>, <c>{"detail":…}</c>, or the error itself.</summary>
    public static UpstreamError Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return new UpstreamError();
        }

        if (body.Member("detail") is { } detail)
        {
            return new UpstreamError
            {
                IsDetail = true,
                Code = detail.Text("code"),
                Message = UpstreamWords.WithoutSecrets(
                    detail.ValueKind == JsonValueKind.String
                        ? detail.GetString()!
                        : detail.Text("message") ?? Validation(detail) ?? ""
                ),
            };
        }

        return body.Member("error") switch
        {
            { ValueKind: JsonValueKind.Object } error => ReadError(error),
            { ValueKind: JsonValueKind.String } text => ReadError(body) with { Code = text.GetString() },
            _ => ReadError(body),
        };
    }

    private static UpstreamError ReadError(JsonElement error) =>
        new()
        {
            Code = error.Text("code"),
            Type = error.Text("type"),
            Message = UpstreamWords.WithoutSecrets(error.Text("message") ?? ""),
            Param = error.Text("param"),
            Plan = error.Text("plan_type"),
            ResetsAt = error.Number("resets_at") is > 0 and < 253_402_300_800 and var at
                ? DateTimeOffset.FromUnixTimeSeconds((long)at)
                : null,
            ResetsIn = error.Number("resets_in_seconds") is > 0 and < 400 * 86_400 and var seconds
                ? TimeSpan.FromSeconds(seconds)
                : null,
        };

    // The validation list of the gateway: only its sentences, not the input it echoes.
    private static string? Validation(JsonElement detail) =>
        detail.ValueKind == JsonValueKind.Array
            ? string.Join("; ", detail.EnumerateArray().Select(entry => entry.Text("msg")).OfType<string>())
            : null;
}
