using System.Threading.Channels;

namespace CodexProxy.Telemetry;

/// <summary>
/// Brings lines to a sink on a task of its own, so that a slow disk or a stopped terminal holds up no request. When it is full,
/// lines are dropped and counted, and the count is written as soon as there is room.
/// </summary>
internal sealed class LogQueue : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly Channel<LogLine> _lines;
    private readonly ILogSink _sink;
    private readonly Task _writing;
    private long _dropped;

    /// <summary>Begins to write.</summary>
    /// <param name="sink">Where to; disposed of with this.</param>
    /// <param name="capacity">Lines that may wait. Default 4096.</param>
    public LogQueue(ILogSink sink, int capacity = 4096)
    {
        _sink = sink;
        _lines = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped)
        );
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Takes a line. Never waits.</summary>
    public void Add(LogLine line) => _lines.Writer.TryWrite(line);

    /// <summary>Ends it: what waits is written, for at most 2 seconds.</summary>
    public void Dispose()
    {
        if (_lines.Writer.TryComplete() && _writing.Wait(Farewell))
        {
            _sink.Dispose();
        }
    }

    private async Task WriteAsync()
    {
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var line))
            {
                _sink.Write(line);
                if (Interlocked.Exchange(ref _dropped, 0) is var lost and > 0)
                {
                    _sink.Write(
                        line with
                        {
                            Level = LogLevel.Warning,
                            Json = null,
                            RequestId = null,
                            Message = Lost(lost),
                        }
                    );
                }
            }

            _sink.Flush();
        }
    }

    private static string Lost(long count) =>
        $"{count} lines of the log are missing here: they came faster than they could be written.";
}
