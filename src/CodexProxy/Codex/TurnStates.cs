using System.Collections.Concurrent;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Codex;

/// <summary>
/// The backend's routing token of each running turn, by cache lane and account. It is echoed while a turn goes on with
/// tool results, and forgotten on new user text or after ten minutes. Losing one only costs routing, never an answer.
/// </summary>
internal sealed class TurnStates(TimeProvider timeProvider)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private const int Capacity = 1024;

    private readonly ConcurrentDictionary<(string Lane, string Account), (string State, DateTimeOffset At)> _states =
        new();

    /// <summary>The token to send with this request, if its turn goes on.</summary>
    public string? Find(string lane, string account, ResponsesRequest request)
    {
        if (!ContinuesTurn(request))
        {
            _states.TryRemove((lane, account), out _);
            return null;
        }

        return
            _states.TryGetValue((lane, account), out var entry)
            && (timeProvider.GetUtcNow() - entry.At).Duration() < Lifetime
            ? entry.State
            : null;
    }

    /// <summary>Keeps the token an answer brought.</summary>
    public void Keep(string lane, string account, string state)
    {
        if (_states.Count >= Capacity)
        {
            ForgetExpired();
        }

        _states[(lane, account)] = (state, timeProvider.GetUtcNow());
    }

    /// <summary>Whether everything after the model's last word is tool results (developer notes may stand between).</summary>
    internal static bool ContinuesTurn(ResponsesRequest request)
    {
        for (var i = request.Input.Count - 1; i >= 0; i--)
        {
            switch (request.Input[i])
            {
                case FunctionCallOutputItem or CustomToolCallOutputItem or OpaqueItem { IsCallOutput: true }:
                    return true;
                case MessageItem { Role: "developer" }:
                    continue;
                default:
                    return false;
            }
        }

        return false;
    }

    private void ForgetExpired()
    {
        var limit = timeProvider.GetUtcNow() - Lifetime;
        foreach (var (key, entry) in _states)
        {
            if (entry.At < limit)
            {
                _states.TryRemove(key, out _);
            }
        }

        if (_states.Count >= Capacity)
        {
            _states.Clear();
        }
    }
}
