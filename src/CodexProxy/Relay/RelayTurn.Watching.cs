using System.Diagnostics;
using CodexProxy.Codex;
using CodexProxy.Feed;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>What those see who watch the request: its record, its span, and whoever looks at the dashboard.</summary>
internal sealed partial class RelayTurn
{
    /// <summary>What onlookers see of it.</summary>
    public required LiveRequest Live { get; init; }

    /// <summary>Its bodies, while they are recorded.</summary>
    public BodyRecording? Recording { get; }

    /// <summary>Whether the events are wanted with their bytes.</summary>
    public bool ReadsJson => Answer.ReadsJson || Recording is not null;

    /// <summary>Span of the attempt; null while nobody listens.</summary>
    public Activity? AttemptSpan { get; set; }

    /// <summary>Notes the attempt that is made now.</summary>
    /// <param name="readable">The body without what the account cannot read.</param>
    /// <param name="sent">The body in the form to send.</param>
    public void NoteAttempt(ResponsesRequest readable, ResponsesRequest sent)
    {
        Trail.Begin(Body, readable, sent, Repairs, Asked, Elapsed);
        Live.Attempt(Credential?.Key);
    }

    private void Note(ResponseEvent read, IUpstreamStream stream)
    {
        Trail.Take(read, stream.CurrentType, stream.CurrentSize, Elapsed);
        if (AttemptSpan is not null && Trail.Attempts[^1].EventCount == 1)
        {
            AttemptSpan.First();
        }

        Live.Event(Elapsed);
    }
}
