using System.Text.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Where a response translation stands, and so what its owner has to do next.</summary>
public enum TranslationState
{
    /// <summary>More events are expected.</summary>
    Running,

    /// <summary>The message has ended. Nothing follows.</summary>
    Completed,

    /// <summary>The message has ended before the response did; the owner cancels the upstream request.</summary>
    Satisfied,

    /// <summary>The upstream failed; nothing was written about it. The owner retries, reports or finishes.</summary>
    Failed,

    /// <summary>The model wants another request with its output appended. The owner sends one or completes.</summary>
    Continue,

    /// <summary>The response ended without any output. The owner asks once more or completes.</summary>
    Empty,
}

/// <summary>Why a response translation failed.</summary>
/// <param name="Event"><see cref="ResponseFailed"/> or <see cref="ErrorEvent"/>; null when the stream just ended.</param>
public sealed record TranslationFailure(ResponseEvent? Event)
{
    /// <summary>Text of the error when the stream ended without a terminal event.</summary>
    public const string TruncatedMessage = "Upstream stream ended before the response was complete.";

    /// <summary>Whether the stream ended without a terminal event.</summary>
    public bool IsTruncated => Event is null;

    /// <summary>The event as it came, for whoever interprets failures.</summary>
    public JsonElement? Payload =>
        Event switch
        {
            ResponseFailed failed => failed.Payload,
            ErrorEvent error => error.Payload,
            _ => null,
        };
}
