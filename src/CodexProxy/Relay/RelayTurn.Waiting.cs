namespace CodexProxy.Relay;

/// <summary>Waiting for the upstream without losing the client.</summary>
internal sealed partial class RelayTurn
{
    /// <summary>Waits, and meanwhile lets the client know that the answer is coming.</summary>
    public async ValueTask<T> WaitAsync<T>(ValueTask<T> work)
    {
        if (work.IsCompleted)
        {
            // An upstream that is faster than we are never makes us wait; what is held back stays bounded all the same.
            if (Answer.HoldsMuch)
            {
                await Answer.FlushAsync(ClientGone);
            }

            return await work;
        }

        // The client sees what there is before we wait for more.
        await Answer.FlushAsync(ClientGone);
        if (!Answer.Streams)
        {
            return await work;
        }

        var pending = work.AsTask();
        while (!pending.IsCompleted)
        {
            var beat = _heartbeat.NextAsync();
            if (await Task.WhenAny(pending, beat) != beat)
            {
                break;
            }

            // A cancelled beat means that the client is gone; the work itself is about to say so.
            if (beat.IsCanceled)
            {
                break;
            }

            await BeatAsync();
        }

        return await pending;
    }

    /// <summary>Waits out a delay, and meanwhile lets the client know that the answer is coming.</summary>
    public async Task PauseAsync(TimeSpan delay) => await WaitAsync(new ValueTask<bool>(DelayAsync(delay)));

    /// <inheritdoc/>
    public void Dispose() => _heartbeat.Dispose();

    private async Task<bool> DelayAsync(TimeSpan delay)
    {
        await Task.Delay(delay, _timeProvider, Stop);
        return true;
    }

    private async Task BeatAsync()
    {
        switch (_heartbeat.Take())
        {
            case Beat.Commit when Translation is not null:
                Answer.Start();
                TakeEvents();
                break;
            case Beat.Commit:
                return;
            case Beat.KeepThinking when Answer.KeepThinkingAlive():
                TakeEvents();
                break;
            case Beat.Ping or Beat.KeepThinking:
                Answer.Ping();
                Answer.Take();
                _heartbeat.Pinged();
                break;
            default:
                return;
        }

        await Answer.FlushAsync(ClientGone);
    }
}
