namespace CodexProxy.Simulator.Scripting;

/// <summary>One thing the model, or the line, does in a turn.</summary>
internal abstract record TurnStep;

/// <summary>A reasoning item; each summary part is a list of deltas.</summary>
internal sealed record ReasoningStep(IReadOnlyList<IReadOnlyList<string>> SummaryParts) : TurnStep;

/// <summary>An assistant message; <paramref name="IsOpen"/> leaves it unfinished.</summary>
internal sealed record MessageStep(
    IReadOnlyList<string> Deltas,
    string? Phase,
    IReadOnlyList<Citation> Citations,
    bool IsOpen
) : TurnStep;

/// <summary>An assistant message that declines.</summary>
internal sealed record RefusalStep(IReadOnlyList<string> Deltas) : TurnStep;

/// <summary>Function calls; several are interleaved delta by delta.</summary>
internal sealed record CallsStep(IReadOnlyList<PlannedCall> Calls) : TurnStep;

/// <summary>A call of a tool with free-form input.</summary>
internal sealed record CustomCallStep(string Name, IReadOnlyList<string> Deltas) : TurnStep;

/// <summary>A hosted search, or the opening of a page when <paramref name="Url"/> is given.</summary>
internal sealed record SearchStep(string? Query, string? Url, IReadOnlyList<Source> Sources) : TurnStep;

/// <summary>The sealed form of the whole history.</summary>
internal sealed record CompactionStep : TurnStep;

/// <summary>An event of any kind, members as JSON text.</summary>
internal sealed record EventStep(string Type, string Members, bool IsNumbered) : TurnStep;

/// <summary>Bytes sent as they are.</summary>
internal sealed record RawStep(ReadOnlyMemory<byte> Bytes) : TurnStep;

/// <summary>A pause of fixed length on the simulator's clock.</summary>
internal sealed record SilenceStep(TimeSpan Length) : TurnStep;

/// <summary>A pause until a test opens the gate.</summary>
internal sealed record GateStep(Gate Gate) : TurnStep;

/// <summary>One function call of a turn.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Deltas of its JSON text.</param>
public sealed record PlannedCall(string Name, IReadOnlyList<string> Arguments)
{
    /// <summary>The id; null makes one up.</summary>
    public string? CallId { get; init; }

    /// <summary>Namespace of the function, or null.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether the deltas are left out, so that the arguments only come whole.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether the call is never finished.</summary>
    public bool IsOpen { get; init; }

    /// <summary>A call whose arguments come in pieces of <paramref name="chunkLength"/> characters.</summary>
    public static PlannedCall Of(string name, string argumentsJson, int chunkLength = Chunks.DefaultLength) =>
        new(name, Chunks.Of(argumentsJson, chunkLength));
}

/// <summary>A page that a hosted search found.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Title">Its title, or null.</param>
public sealed record Source(string Url, string? Title = null);

/// <summary>A mark in a text that names a page.</summary>
/// <param name="Start">First character.</param>
/// <param name="End">Character after the last.</param>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title.</param>
public sealed record Citation(int Start, int End, string Url, string Title);
