using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.Responses;

/// <summary>Errors of the gateway and of the upstream in the words of the Responses API.</summary>
public static class ResponsesFailures
{
    private const string UsageLimit = "usage_limit_reached";

    /// <summary>The client's error.</summary>
    public static OpenAIError Translate(ClientError error)
    {
        var told = OpenAIError.From(error);
        return told with
        {
            // The vendor's client knows by the type that no repeat helps before that time, and waits for retry-after else.
            Type = error.Plain?.Code == UsageLimit ? UsageLimit : told.Type,
            Param = error.Plain?.Field is "messages" ? "input" : told.Param ?? error.Plain?.UpstreamField,
            ResetsAt = error.Plain?.ResetsAt,
        };
    }
}
