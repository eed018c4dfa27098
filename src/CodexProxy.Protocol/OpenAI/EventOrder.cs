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
/// not every event is sent on. Once two different events have one number, the numbers mean nothing, and every event counts as
/// in its place: an answer is worth more than its numbering.
/// </summary>
public sealed class EventOrder
{
    private static readonly Comparer<(int Number, int Content)> ByNumber = Comparer<(int Number, int Content)>.Create(
        (one, other) => one.Number.CompareTo(other.Number)
    );

    // In rising order, as they came.
    private readonly List<(int Number, int Content)> _seen = [];
    private bool _isNumbered = true;

    /// <summary>Whether a number was left out right before the last event.</summary>
    public bool IsAfterGap { get; private set; }

    /// <summary>Takes the next event; one without a number is in its place.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="data">The event.</param>
    public EventPlace Take(int? number, ReadOnlySpan<byte> data)
    {
        if (number is not { } at || !_isNumbered)
        {
            return EventPlace.Next;
        }

        var hash = new HashCode();
        hash.AddBytes(data);
        var content = hash.ToHashCode();
        if (_seen.Count == 0 || at > _seen[^1].Number)
        {
            IsAfterGap = _seen.Count > 0 && at > _seen[^1].Number + 1;
            _seen.Add((at, content));
            return EventPlace.Next;
        }

        var before = _seen.BinarySearch((at, content), ByNumber);
        if (before < 0)
        {
            return EventPlace.Late;
        }

        if (_seen[before].Content == content)
        {
            return EventPlace.Again;
        }

        _isNumbered = IsAfterGap = false;
        return EventPlace.Next;
    }
}
