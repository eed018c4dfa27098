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
    private readonly List<WaitingCall> _pending = [];

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
        _pending.Add(new WaitingCall(toolUseId, callId, isCustom));
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
        var index = _pending.FindLastIndex(pending => pending.ToolUseId == toolUseId);
        if (index < 0)
        {
            return null;
        }

        var call = _pending[index];
        _pending.RemoveAt(index);
        return call;
    }

    /// <summary>Answers what still waits.</summary>
    public IEnumerable<InputItem> AnswerPending()
    {
        foreach (var call in _pending)
        {
            yield return call.Answer(Interrupted);
        }

        _pending.Clear();
    }
}

/// <summary>A call without its output.</summary>
/// <param name="ToolUseId">The client's id of it.</param>
/// <param name="CallId">Its upstream id.</param>
/// <param name="IsCustom">Whether it is a call of a custom tool.</param>
internal readonly record struct WaitingCall(string ToolUseId, string CallId, bool IsCustom)
{
    /// <summary>Its output as an item.</summary>
    public InputItem Answer(CallOutput output) =>
        IsCustom ? new CustomToolCallOutputItem(CallId, output) : new FunctionCallOutputItem(CallId, output);
}
