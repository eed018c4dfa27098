using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>
/// Keeps the screen of <c>top</c> up to date: it is drawn when something happens, when its size changes, and each second, until
/// the person presses <c>q</c>. A server that goes away is waited for.
/// </summary>
internal sealed class TopLoop(TopSource source, TopScreen frames, LiveScreen screen, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private volatile bool _happened;

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(TopFacts facts, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = FollowAsync(stop.Token);
        try
        {
            await DrawAsync(facts, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await following;
        }
    }

    private async Task DrawAsync(TopFacts facts, CancellationToken stop)
    {
        var drawn = (Columns: 0, Rows: 0);
        var read = time.GetTimestamp();
        while (true)
        {
            if (screen.ReadKey() is 'q' or 'Q' or '\e' or '\u0003')
            {
                return;
            }

            var age = time.GetElapsedTime(read);
            var isDue = age >= Refresh || (_happened && age >= Pause);
            if (isDue)
            {
                _happened = false;
                var (fresh, problem) = await source.ReadAsync(stop);
                read = time.GetTimestamp();
                facts = fresh ?? facts with { Trouble = problem };
            }

            if (isDue || screen.Size != drawn)
            {
                drawn = screen.Size;
                screen.Draw(frames.Frame(facts, drawn.Columns, drawn.Rows));
            }

            await Task.Delay(Tick, time, stop);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await source.FollowAsync((_, _) => _happened = true, stop);
                _happened = true;
                await Task.Delay(Refresh, time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The screen is given back.
        }
    }
}
