using System.Text.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>What the answers of this protocol need to know beside the request's context.</summary>
public sealed record ResponsesAnswer
{
    /// <summary>The client's settings to repeat, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Echo { get; init; } = [];

    /// <summary>The conversation with the client's own ids.</summary>
    public IReadOnlyList<KeptItem> Input { get; init; } = [];

    /// <summary>Told of the finished exchange before its last event goes out, so that the next request may refer to it.</summary>
    public Action<KeptResponse>? Finished { get; init; }
}
