using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// Keeps calls and results in pairs: the backend refuses a call without its output and an output without its call, and an
/// interrupted client produces both.
/// </summary>
internal sealed class CallLedger
{
    private const string Interrupted = "[No result: the tool call was interrupted before it returned.]";

    private readonly Dictionary<string, int> _seen = [];
    private readonly LinkedList<WaitingCall> _pending = [];
    private readonly Dictionary<string, Stack<LinkedListNode<WaitingCall>>> _byId = [];

    /// <summary>Every tool-use id of the history.</summary>
    public HashSet<string> Ids { get; } = [];

    /// <summary>Whether calls of the last assistant turn still wait.</summary>
    public bool HasPending => _pending.Count > 0;

    /// <summary>Notes a call. An id that comes again gets a suffix, so that no two calls share one upstream.</summary>
    /// <param name="toolUseId">The client's id of it.</param>
    /// <param name="isCustom">Whether its output goes to a custom tool.</param>
    /// <returns>The upstream id.</returns>
    public string Open(string toolUseId, bool isCustom = false)
    {
        Ids.Add(toolUseId);
        var callId = Reserve(toolUseId);
        var waiting = _pending.AddLast(new WaitingCall(callId, isCustom));
        if (!_byId.TryGetValue(toolUseId, out var sameId))
        {
            _byId[toolUseId] = sameId = [];
        }

        sameId.Push(waiting);
        return callId;
    }

    /// <summary>An id for a call that is answered at once and waits for nothing.</summary>
    public string Reserve(string toolUseId)
    {
        var count = _seen[toolUseId] = _seen.GetValueOrDefault(toolUseId) + 1;
        return Identifiers.ToCallId(count == 1 ? toolUseId : $"{toolUseId}_{count}");
    }

    /// <summary>Finds the waiting call a result belongs to; null when none waits for it.</summary>
    public WaitingCall? Close(string toolUseId)
    {
        if (!_byId.TryGetValue(toolUseId, out var sameId) || !sameId.TryPop(out var waiting))
        {
            return null;
        }

        _pending.Remove(waiting);
        return waiting.Value;
    }

    /// <summary>Answers what still waits.</summary>
    public IEnumerable<InputItem> AnswerPending()
    {
        foreach (var call in _pending)
        {
            yield return call.Answer(Interrupted);
        }

        _pending.Clear();
        _byId.Clear();
    }
}

/// <summary>A call without its output.</summary>
/// <param name="CallId">Its upstream id.</param>
/// <param name="IsCustom">Whether it is a call of a custom tool.</param>
internal readonly record struct WaitingCall(string CallId, bool IsCustom)
{
    /// <summary>Its output as an item.</summary>
    public InputItem Answer(CallOutput output) =>
        IsCustom ? new CustomToolCallOutputItem(CallId, output) : new FunctionCallOutputItem(CallId, output);
}
