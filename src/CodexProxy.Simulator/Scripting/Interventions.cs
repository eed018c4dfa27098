using System.Collections.Concurrent;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Simulator.Scripting;

/// <summary>Answers and waits that a test puts before an endpoint's own.</summary>
internal sealed class Interventions
{
    private readonly ConcurrentDictionary<SimulatedEndpoint, ConcurrentQueue<HttpReply>> _replies = new();
    private readonly ConcurrentDictionary<SimulatedEndpoint, Gate> _gates = new();

    public void Reply(SimulatedEndpoint endpoint, HttpReply reply) =>
        _replies.GetOrAdd(endpoint, _ => new()).Enqueue(reply);

    public void Hold(SimulatedEndpoint endpoint, Gate gate) => _gates[endpoint] = gate;

    public Task WaitAsync(SimulatedEndpoint endpoint, CancellationToken cancellationToken) =>
        _gates.TryGetValue(endpoint, out var gate) ? gate.PassAsync(cancellationToken) : Task.CompletedTask;

    public HttpReply? Take(SimulatedEndpoint endpoint) =>
        _replies.TryGetValue(endpoint, out var queue) && queue.TryDequeue(out var reply) ? reply : null;
}
