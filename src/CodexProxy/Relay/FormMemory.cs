using System.Collections.Concurrent;
using System.Collections.Immutable;
using CodexProxy.Protocol.Failures;

namespace CodexProxy.Relay;

/// <summary>
/// Which forms of a request the backend refused, by upstream model, until the gateway restarts: each refusal costs one
/// request, not one per turn.
/// </summary>
internal sealed class FormMemory
{
    private readonly ConcurrentDictionary<string, ImmutableHashSet<FormRepair>> _repairs = new();
    private readonly ConcurrentDictionary<string, bool> _classicWorks = new();

    /// <summary>The repairs a request to this model needs from the start.</summary>
    public ImmutableHashSet<FormRepair> For(string model) =>
        _repairs.GetValueOrDefault(model, ImmutableHashSet<FormRepair>.Empty);

    /// <summary>A request in this form succeeded: its repairs were the right ones.</summary>
    public void Succeeded(string model, ImmutableHashSet<FormRepair> repairs)
    {
        if (!repairs.Contains(FormRepair.LiteShape))
        {
            _classicWorks.TryAdd(model, true);
        }

        foreach (var repair in repairs)
        {
            if (!repair.IsPerRequest)
            {
                _repairs.AddOrUpdate(model, [repair], (_, known) => known.Add(repair));
            }
        }
    }

    /// <summary>Whether the classic shape has ever worked for the model: then a 400 has another cause.</summary>
    public bool ClassicWorks(string model) => _classicWorks.ContainsKey(model);
}
