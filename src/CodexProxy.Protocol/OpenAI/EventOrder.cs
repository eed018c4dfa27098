namespace CodexProxy.Protocol.OpenAI;

/// <summary>Where an event belongs among those before it.</summary>
public enum EventPlace
{
    /// <summary>After them.</summary>
    Next,

    /// <summary>It was there already.</summary>
    Again,

    /// <summary>Before one of them: it comes too late.</summary>
    Late,
}

/// <summary>
/// Tells by their numbers whether the events of one stream come once and in order. A number that is left out is no fault:
/// not every event is sent on.
/// </summary>
public sealed class EventOrder
{
    private const int MostLeftOut = 1024;

    private HashSet<int>? _leftOut;
    private int? _first;
    private int _last;

    /// <summary>Whether a number was left out right before the last event.</summary>
    public bool IsAfterGap { get; private set; }

    /// <summary>Takes the number of the next event; one without a number is in its place.</summary>
    public EventPlace Take(int? number)
    {
        if (number is not { } at)
        {
            return EventPlace.Next;
        }

        if (_first is null || at > _last)
        {
            IsAfterGap = _first is not null && at > _last + 1;
            LeaveOut(at);
            _first ??= at;
            _last = at;
            return EventPlace.Next;
        }

        return at < _first || _leftOut?.Contains(at) == true ? EventPlace.Late : EventPlace.Again;
    }

    private void LeaveOut(int upTo)
    {
        for (var at = _last + 1; _first is not null && at < upTo && (_leftOut?.Count ?? 0) < MostLeftOut; at++)
        {
            (_leftOut ??= []).Add(at);
        }
    }
}
