using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>An answer made here, without the upstream: to a cache warm-up and to the client's question for its quota.</summary>
/// <param name="Events">The message as events.</param>
/// <param name="Stream">Whether the client asked for a stream.</param>
/// <param name="AsksForQuota">Whether only the quota headers matter.</param>
internal sealed record LocalMessage(IReadOnlyList<StreamEvent> Events, bool Stream, bool AsksForQuota)
{
    private const int ProbeTokens = 8;

    /// <summary>The answer to a request that needs no upstream; null for every other request.</summary>
    public static LocalMessage? For(MessagesRequest request, string requestId)
    {
        var kind = LocalAnswers.Detect(request);
        if (kind == LocalAnswer.None)
        {
            return null;
        }

        var probe = kind == LocalAnswer.QuotaProbe;
        var usage = new MessageUsage { InputTokens = probe ? ProbeTokens : 1, OutputTokens = probe ? 1 : 0 };
        List<StreamEvent> events =
        [
            new StreamEvent.MessageStart(Identifiers.ToMessageId(requestId), request.Model, usage),
        ];
        if (probe)
        {
            events.Add(new StreamEvent.BlockStart(0, new MessageBlock.Text()));
            events.Add(new StreamEvent.TextDelta(0, "."));
            events.Add(new StreamEvent.BlockStop(0));
        }

        events.Add(new StreamEvent.MessageDelta("max_tokens", null, null, usage, []));
        events.Add(StreamEvent.MessageStop.Instance);
        return new LocalMessage(events, request.Stream, probe);
    }
}
