using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// The items of one response, found by <c>output_index</c>, else item id, else call id: some relays drop one or the other.
/// </summary>
internal sealed class OutputBook(Func<OutputItem, int, OutputTrack> create)
{
    private readonly List<OutputTrack> _tracks = [];

    /// <summary>All items by first appearance.</summary>
    internal IReadOnlyList<OutputTrack> Tracks => _tracks;

    /// <summary>The item that ended last; null before the first end.</summary>
    internal OutputTrack? LastEnded { get; private set; }

    /// <summary>Takes <c>output_item.added</c>.</summary>
    internal void Begin(in ItemKey key, OutputItem item)
    {
        var track = Find(key);
        if (track is null || IsOther(track, key))
        {
            track = Add(key, item);
        }

        track.Learn(key);
        if (!track.IsDone)
        {
            track.Begin(item);
        }
    }

    /// <summary>Takes <c>output_item.done</c>; a second one for the same item is ignored.</summary>
    internal void End(in ItemKey key, OutputItem item)
    {
        var track = Find(key);
        if (track is null || IsOther(track, key))
        {
            track = Add(key, item);
            track.Begin(item);
        }

        End(track, item);
    }

    /// <summary>Takes an item of <c>completed.output</c>: it counts if it was not seen or not closed.</summary>
    internal void Backfill(int index, OutputItem item)
    {
        var key = new ItemKey(index, item.Id, (item as OutputCall)?.CallId);
        var track = FindById(key) ?? FindByCallId(key);
        if (track is null && FindByIndex(key) is { } there && IsSameKind(there, item) && !HasOtherCallId(there, key))
        {
            track = there;
        }

        if (track is null)
        {
            track = Add(key with { Index = null }, item);
            track.Begin(item);
        }

        End(track, item);
    }

    /// <summary>Ends what is still open when the response ends.</summary>
    internal void EndAll()
    {
        for (var i = 0; i < _tracks.Count; i++)
        {
            End(_tracks[i], null);
        }
    }

    /// <summary>The open item of a delta, begun now if it was never announced; null when the delta belongs to none.</summary>
    /// <param name="key">What the delta says of its item.</param>
    /// <param name="kind">An empty item of the delta's kind.</param>
    internal T? Open<T>(in ItemKey key, OutputItem kind)
        where T : OutputTrack
    {
        var track = Find(key) ?? FindNameless<T>(key) ?? Add(key, kind);
        track.Learn(key);
        return track.IsDone ? null : track as T;
    }

    private void End(OutputTrack track, OutputItem? item)
    {
        if (!track.IsDone)
        {
            if (item is not null)
            {
                track.Learn(new ItemKey(null, item.Id, (item as OutputCall)?.CallId));
            }

            track.End(item);
            LastEnded = track;
        }
    }

    private OutputTrack Add(in ItemKey key, OutputItem item)
    {
        var track = create(item, _tracks.Count);
        track.Learn(key);
        _tracks.Add(track);
        return track;
    }

    private OutputTrack? Find(in ItemKey key) => FindByIndex(key) ?? FindById(key) ?? FindByCallId(key);

    private OutputTrack? FindByIndex(in ItemKey key)
    {
        if (key.Index is { } index)
        {
            for (var i = _tracks.Count - 1; i >= 0; i--)
            {
                if (_tracks[i].Index == index)
                {
                    return _tracks[i];
                }
            }
        }

        return null;
    }

    private OutputTrack? FindById(in ItemKey key)
    {
        if (key.ItemId is { } id)
        {
            for (var i = _tracks.Count - 1; i >= 0; i--)
            {
                if (_tracks[i].ItemId == id)
                {
                    return _tracks[i];
                }
            }
        }

        return null;
    }

    private OutputTrack? FindByCallId(in ItemKey key)
    {
        if (key.CallId is { } id)
        {
            for (var i = _tracks.Count - 1; i >= 0; i--)
            {
                if (_tracks[i].CallId == id)
                {
                    return _tracks[i];
                }
            }
        }

        return null;
    }

    // A delta with an index for an item announced without one, or a delta that names no item at all.
    private T? FindNameless<T>(in ItemKey key)
        where T : OutputTrack
    {
        var isNameless = key is { Index: null, ItemId: null, CallId: null };
        for (var i = _tracks.Count - 1; i >= 0; i--)
        {
            if (
                _tracks[i] is T { IsDone: false } track
                && (isNameless || (key.Index is not null && track.Index is null))
            )
            {
                return track;
            }
        }

        return null;
    }

    // An index that is used again, for another item, after its first one is done.
    private static bool IsOther(OutputTrack track, in ItemKey key) =>
        track.IsDone && key.ItemId is not null && track.ItemId is not null && key.ItemId != track.ItemId;

    private static bool HasOtherCallId(OutputTrack track, in ItemKey key) =>
        key.CallId is not null && track.CallId is not null && key.CallId != track.CallId;

    private static bool IsSameKind(OutputTrack track, OutputItem item) =>
        (track, item) switch
        {
            (MessageTrack, OutputMessage) => true,
            (ReasoningTrack, OutputReasoning) => true,
            (CallTrack, OutputCall) => true,
            (SearchTrack, OutputSearch) => true,
            (UnknownTrack, OutputUnknown) => true,
            _ => false,
        };
}
