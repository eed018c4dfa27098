namespace CodexProxy.Simulator.Scripting;

/// <summary>A point in a stream that waits until a test lets it go on.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the stream stands before the gate; all earlier events have been flushed.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets the stream go on, now or when it comes.</summary>
    public void Open() => _opened.TrySetResult();

    internal Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
