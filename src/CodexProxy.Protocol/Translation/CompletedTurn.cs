using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What is worth remembering of an answered request.</summary>
public sealed record CompletedTurn
{
    /// <summary>Upstream response id.</summary>
    public string? ResponseId { get; init; }

    /// <summary>Model that served, as the response names it.</summary>
    public string? ServingModel { get; init; }

    /// <summary>The upstream's own counts of the last request; null when none came.</summary>
    public ResponseUsage? Usage { get; init; }

    /// <summary>The finished output as the next request will carry it, for count anchors and continuations.</summary>
    public required IReadOnlyList<InputItem> Items { get; init; }

    /// <summary>Sealed reasoning and what it led to, for the replay cache.</summary>
    public required IReadOnlyList<ReplayEntry> Replay { get; init; }

    /// <summary>Why the answer ended, in the words of the Messages API.</summary>
    public required string StopReason { get; init; }

    /// <summary>Calls the client was asked to run.</summary>
    public int ToolCalls { get; init; }

    /// <summary>Hosted searches reported.</summary>
    public int WebSearchRequests { get; init; }
}

/// <summary>Reasoning that a client may fail to send back, with the place it belongs to.</summary>
/// <param name="Anchor">Key for <see cref="ReplayCache"/>: the first call after the reasoning, else the text after it.</param>
/// <param name="Envelopes">The reasoning, in order.</param>
public sealed record ReplayEntry(string Anchor, IReadOnlyList<ReasoningEnvelope> Envelopes);
