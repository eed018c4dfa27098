namespace CodexProxy.Simulator.Requests;

/// <summary>Every request that arrived, in order, and a way to wait for the next one.</summary>
public sealed class RequestLog
{
    private readonly Lock _lock = new();
    private readonly Queue<CapturedRequest> _requests = new();
    private readonly List<Waiter> _waiters = [];
    private readonly int[] _counts = new int[Enum.GetValues<SimulatedEndpoint>().Length];
    private readonly int _kept;
    private int _number;

    internal RequestLog(int kept) => _kept = kept;

    /// <summary>All requests still kept, oldest first.</summary>
    public IReadOnlyList<CapturedRequest> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Requests to <c>/responses</c>, oldest first.</summary>
    public IReadOnlyList<CapturedRequest> Responses => Of(SimulatedEndpoint.Responses);

    /// <summary>The last request to <c>/responses</c>.</summary>
    /// <exception cref="InvalidOperationException">None came.</exception>
    public CapturedRequest Last => Responses[^1];

    /// <summary>Requests to <c>/responses</c> that broke a rule of the service (not scripted failures).</summary>
    public IReadOnlyList<CapturedRequest> Refused => [.. Responses.Where(request => request.Refusal is not null)];

    /// <summary>Requests to one endpoint, oldest first.</summary>
    public IReadOnlyList<CapturedRequest> Of(SimulatedEndpoint endpoint) =>
        [.. All.Where(request => request.Endpoint == endpoint)];

    /// <summary>How many requests an endpoint ever got, forgotten ones included.</summary>
    public int Count(SimulatedEndpoint endpoint) => Volatile.Read(ref _counts[(int)endpoint]);

    /// <summary>The first request, past or future, of which <paramref name="predicate"/> holds.</summary>
    public Task<CapturedRequest> WaitForAsync(
        Func<CapturedRequest, bool> predicate,
        CancellationToken cancellationToken = default
    )
    {
        lock (_lock)
        {
            if (_requests.FirstOrDefault(predicate) is { } found)
            {
                return Task.FromResult(found);
            }

            var waiter = new Waiter(predicate);
            _waiters.Add(waiter);
            return waiter.Source.Task.WaitAsync(cancellationToken);
        }
    }

    internal int NextNumber() => Interlocked.Increment(ref _number);

    internal void CountOnly(SimulatedEndpoint endpoint) => Interlocked.Increment(ref _counts[(int)endpoint]);

    internal void Add(CapturedRequest request)
    {
        CountOnly(request.Endpoint);
        List<Waiter> met;
        lock (_lock)
        {
            _requests.Enqueue(request);
            if (_requests.Count > _kept)
            {
                _requests.Dequeue();
            }

            met = _waiters.FindAll(waiter => waiter.Predicate(request));
            _waiters.RemoveAll(met.Contains);
        }

        foreach (var waiter in met)
        {
            waiter.Source.TrySetResult(request);
        }
    }

    private sealed record Waiter(Func<CapturedRequest, bool> Predicate)
    {
        public TaskCompletionSource<CapturedRequest> Source { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
