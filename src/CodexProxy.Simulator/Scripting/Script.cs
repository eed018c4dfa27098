using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Scripting;

/// <summary>What tests want answered: first the queue for any request, then the rules in the order they were made.</summary>
internal sealed class Script
{
    private readonly Lock _lock = new();
    private readonly Queue<Func<CapturedRequest, TurnPlan>> _next = new();
    private readonly List<ScriptRule> _rules = [];

    public void Next(Func<CapturedRequest, TurnPlan> turn)
    {
        lock (_lock)
        {
            _next.Enqueue(turn);
        }
    }

    public ScriptRule When(Func<CapturedRequest, bool> predicate)
    {
        lock (_lock)
        {
            var rule = new ScriptRule(predicate);
            _rules.Add(rule);
            return rule;
        }
    }

    /// <summary>The scripted turn for a request, or null when nothing is scripted for it.</summary>
    public TurnPlan? Take(CapturedRequest request)
    {
        Func<CapturedRequest, TurnPlan>? turn;
        lock (_lock)
        {
            if (!_next.TryDequeue(out turn))
            {
                turn = _rules.Select(rule => rule.Take(request)).FirstOrDefault(taken => taken is not null);
            }
        }

        return turn?.Invoke(request);
    }
}

/// <summary>Answers for the requests of which one sentence holds.</summary>
public sealed class ScriptRule
{
    private readonly Func<CapturedRequest, bool> _predicate;
    private readonly Lock _lock = new();
    private readonly Queue<Func<CapturedRequest, TurnPlan>> _once = new();
    private Func<CapturedRequest, TurnPlan>? _always;

    internal ScriptRule(Func<CapturedRequest, bool> predicate) => _predicate = predicate;

    /// <summary>Answers every such request, once the ones named by <see cref="Once(TurnPlan)"/> are used up.</summary>
    public ScriptRule Reply(TurnPlan turn) => Reply(_ => turn);

    /// <summary>Answers every such request with a turn made for it.</summary>
    public ScriptRule Reply(Func<CapturedRequest, TurnPlan> turn)
    {
        lock (_lock)
        {
            _always = turn;
            return this;
        }
    }

    /// <summary>Answers one such request; said again, the one after it.</summary>
    public ScriptRule Once(TurnPlan turn) => Once(_ => turn);

    /// <summary>Answers one such request with a turn made for it.</summary>
    public ScriptRule Once(Func<CapturedRequest, TurnPlan> turn)
    {
        lock (_lock)
        {
            _once.Enqueue(turn);
            return this;
        }
    }

    internal Func<CapturedRequest, TurnPlan>? Take(CapturedRequest request)
    {
        lock (_lock)
        {
            if ((_once.Count == 0 && _always is null) || !_predicate(request))
            {
                return null;
            }

            return _once.TryDequeue(out var turn) ? turn : _always;
        }
    }
}
