namespace CodexProxy.Usage;

/// <summary>What is wrong with a store.</summary>
internal enum UsageFault
{
    /// <summary>No room is left.</summary>
    Full,

    /// <summary>Somebody else has it in use for longer than one can wait.</summary>
    Busy,

    /// <summary>Its content cannot be read any more.</summary>
    Damaged,

    /// <summary>Somebody has taken it away while it was open.</summary>
    Gone,

    /// <summary>A newer version of the program made it.</summary>
    Newer,

    /// <summary>It cannot be reached, or not be changed.</summary>
    Unavailable,
}

/// <summary>A store could not do what was asked.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">One sentence for people.</param>
/// <param name="inner">The cause.</param>
internal sealed class UsageStoreException(UsageFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public UsageFault Fault { get; } = fault;
}
