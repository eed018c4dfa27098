namespace CodexProxy.Tests.Faults;

/// <summary>What happens to an upstream's stream at one of its events.</summary>
public enum StreamFault
{
    /// <summary>The stream ends before the event as if all had come.</summary>
    Cut,

    /// <summary>The connection breaks before the event.</summary>
    Reset,

    /// <summary>Nothing comes any more.</summary>
    Stall,

    /// <summary>Bytes that are no event come before it.</summary>
    Garbage,

    /// <summary>The event comes in two pieces, one of which ends inside a character where it has a long one.</summary>
    Split,

    /// <summary>The event comes twice.</summary>
    Twice,

    /// <summary>The event comes after the one that follows it.</summary>
    Swapped,
}
