using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>One upstream response on its way into the message: its items, and what is known of the response itself.</summary>
internal sealed class ResponseAttempt
{
    private static readonly OutputMessage AnyMessage = new(null, null, []);
    private static readonly OutputReasoning AnyReasoning = new(null, null, []);
    private static readonly OutputCall AnyCall = new(null, null, null, null, IsCustom: false);

    private readonly TranslationContext _context;
    private readonly BlockLanes _lanes;
    private readonly OutputBook _items;
    private readonly ToolUseIds _ids;
    private readonly string? _account;

    internal ResponseAttempt(TranslationContext context, IBlockSink sink, ToolUseIds ids, string? account)
    {
        _context = context;
        _ids = ids;
        _account = account;
        _lanes = new BlockLanes(sink);
        Searches = new SearchReporter(context);
        _items = new OutputBook(CreateTrack);
    }

    /// <summary>What the response said of itself so far.</summary>
    internal ResponseSnapshot Response { get; private set; } = ResponseSnapshotReader.Empty;

    internal SearchReporter Searches { get; }

    /// <summary>All items by first appearance.</summary>
    internal IReadOnlyList<OutputTrack> Tracks => _items.Tracks;

    /// <summary>Items whose final form contradicted what had been streamed.</summary>
    internal int Contradictions => Tracks.Count(track => track.IsContradicted);

    /// <summary>Whether nothing is missing: every item is done, and the last one is a call or the final answer.</summary>
    internal bool EndsWhole
    {
        get
        {
            foreach (var track in Tracks)
            {
                if (!track.IsDone || track.IsIncomplete)
                {
                    return false;
                }
            }

            return _items.LastEnded is CallTrack { ToolUseId: not null } or MessageTrack { Phase: "final_answer" };
        }
    }

    /// <summary>Whether the first unfinished item is reasoning.</summary>
    internal bool IsReasoning
    {
        get
        {
            foreach (var track in Tracks)
            {
                if (track.Lane == _lanes.Head)
                {
                    return track is ReasoningTrack;
                }
            }

            return false;
        }
    }

    /// <summary>Text of all refusal parts; null when the model does not refuse.</summary>
    internal string? Refusal
    {
        get
        {
            string? refusal = null;
            foreach (var track in Tracks)
            {
                if (track is MessageTrack { Refusal: { } text })
                {
                    refusal += text;
                }
            }

            return refusal;
        }
    }

    /// <summary>Takes an event about an item; others change nothing.</summary>
    internal void Accept(ResponseEvent e)
    {
        switch (e)
        {
            case OutputTextDelta text:
                Message(text.Key)?.Append(text.ContentIndex, text.Delta, text.IsRefusal);
                break;
            case CallInputDelta input:
                Call(input.Key)?.Append(input.Delta);
                break;
            case SummaryTextDelta summary:
                Reasoning(summary.Key)?.Append(summary.SummaryIndex, summary.Delta);
                break;
            case SummaryPartAdded part:
                Reasoning(part.Key)?.BeginPart(part.SummaryIndex);
                break;
            case ReasoningTextDelta raw:
                Reasoning(raw.Key)?.AppendRaw(raw.Delta);
                break;
            case OutputTextDone text:
                Message(text.Key)?.Keep(text.ContentIndex, text.Text, text.IsRefusal);
                break;
            case AnnotationAdded annotation:
                Message(annotation.Key)?.Cite(annotation.ContentIndex, annotation.Citation);
                break;
            case CallInputDone input:
                Call(input.Key)?.Complete(input.Input, input.Name);
                break;
            case OutputItemAdded added:
                _items.Begin(added.Key, added.Item);
                break;
            case OutputItemDone done:
                _items.End(done.Key, done.Item);
                break;
        }
    }

    /// <summary>Takes the <c>response</c> object of an event.</summary>
    internal void Know(ResponseSnapshot response) =>
        Response = response with
        {
            Id = response.Id ?? Response.Id,
            CreatedAt = response.CreatedAt ?? Response.CreatedAt,
            Model = response.Model ?? Response.Model,
        };

    /// <summary>Ends the items with the output of a terminal event, which may be the only place to hold some of them.</summary>
    internal void EndItems()
    {
        for (var i = 0; i < Response.Output.Count; i++)
        {
            _items.Backfill(i, Response.Output[i]);
        }

        _items.EndAll();
        Searches.Resolve();
    }

    private MessageTrack? Message(in ItemKey key) => _items.Open<MessageTrack>(key, AnyMessage);

    private ReasoningTrack? Reasoning(in ItemKey key) => _items.Open<ReasoningTrack>(key, AnyReasoning);

    private CallTrack? Call(in ItemKey key) => _items.Open<CallTrack>(key, AnyCall);

    private OutputTrack CreateTrack(OutputItem item, int order)
    {
        var lane = _lanes.Add(item);
        switch (item)
        {
            case OutputMessage:
                return new MessageTrack(order, lane, Searches);
            case OutputReasoning:
                return new ReasoningTrack(order, lane, _context, _account);
            case OutputCall:
                ResolveSearch();
                return new CallTrack(order, lane, _context, _ids);
            case OutputSearch:
                return new SearchTrack(order, lane, Searches);
            default:
                return new UnknownTrack(order, lane);
        }
    }

    // A search waits for the message after it; a call instead of a message means that none is coming.
    private void ResolveSearch()
    {
        foreach (var track in Tracks)
        {
            if (track is MessageTrack { IsDone: false })
            {
                return;
            }
        }

        Searches.Resolve();
    }
}
