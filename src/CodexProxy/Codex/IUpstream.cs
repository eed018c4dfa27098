using System.Buffers;
using CodexProxy.Credentials;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Codex;

/// <summary>One attempt at an upstream: the body in the form to send, and who asks.</summary>
/// <param name="Body">The request in the form of this attempt.</param>
/// <param name="Context">Model, session, agent and cache lane.</param>
/// <param name="Credential">Whose plan pays; null at an upstream that is no part of it.</param>
/// <param name="RequestId">Id of the client's request.</param>
/// <param name="FreshConnection">Whether a pooled connection must not be used (after a block page).</param>
/// <param name="KeepsJson">Whether the events are wanted with their bytes.</param>
internal sealed record UpstreamAttempt(
    ResponsesRequest Body,
    TranslationContext Context,
    Credential? Credential,
    string RequestId,
    bool FreshConnection,
    bool KeepsJson = false
)
{
    /// <summary>Whether the conversation is to be sealed into one item.</summary>
    public bool Compacts => Body.Input is [.., OpaqueItem { Type: OpaqueItem.CompactionTrigger }];

    /// <summary>Whether the body has the lite shape.</summary>
    public bool Lite => Body.Instructions is null && Body.Tools is null;
}

/// <summary>What came of an attempt: a stream, or what the upstream said instead.</summary>
internal readonly record struct UpstreamReply(IUpstreamStream? Stream, UpstreamFailure? Failure);

/// <summary>Something that answers requests of the Responses form. Never retries by itself.</summary>
internal interface IUpstream
{
    /// <summary>Sends one attempt and waits for the response headers.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    Task<UpstreamReply> SendAsync(UpstreamAttempt attempt, CancellationToken clientGone);

    /// <summary>Writes a request's body as it is sent.</summary>
    void Write(IBufferWriter<byte> output, ResponsesRequest body, TranslationContext context);
}

/// <summary>
/// An open answer. It ends with <see cref="NextAsync"/> false; whether that was the end of the answer or of the connection is
/// for the translator to say. Disposing it cancels the upstream at once.
/// </summary>
internal interface IUpstreamStream : IAsyncDisposable
{
    /// <summary>Model that really serves, where the upstream says so.</summary>
    string? ServingModel { get; }

    /// <summary>The event <see cref="NextAsync"/> arrived at.</summary>
    ResponseEvent Current { get; }

    /// <summary>The type that the current event has on the wire; <c>message</c> when it has none.</summary>
    string CurrentType { get; }

    /// <summary>Size of the current event's data in bytes.</summary>
    int CurrentSize { get; }

    /// <summary>Why the stream stopped early; null while it runs and after a plain end.</summary>
    UpstreamFailure? Broken { get; }

    /// <summary>Waits for the next event. False at the end, or when the connection broke: see <see cref="Broken"/>.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    ValueTask<bool> NextAsync();
}
