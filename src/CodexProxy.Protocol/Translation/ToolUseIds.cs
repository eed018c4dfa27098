namespace CodexProxy.Protocol.Translation;

/// <summary>Gives calls ids that are unique in the conversation: a client takes a reused id for an interrupted call.</summary>
/// <param name="history">Ids that already stand in the history.</param>
/// <param name="toClient">Upstream call id → the client's form of it.</param>
internal sealed class ToolUseIds(IReadOnlySet<string> history, Func<string, string> toClient)
{
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);

    /// <summary>The client's id for an upstream call id, numbered when it is taken.</summary>
    internal string Assign(string callId)
    {
        var id = toClient(callId);
        var unique = id;
        for (var number = 2; history.Contains(unique) || !_assigned.Add(unique); number++)
        {
            unique = $"{id}_{number}";
        }

        return unique;
    }

    /// <summary>Forgets the ids of an attempt whose calls were never sent.</summary>
    internal void Clear() => _assigned.Clear();
}
