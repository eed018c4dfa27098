using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Relay;

/// <summary>An answer written as server-sent events while they arrive.</summary>
internal sealed class StreamedAnswer(HttpContext http) : Answer(http), IDisposable
{
    private readonly StreamEventWriter _writer = new();
    private bool _unflushed;

    /// <inheritdoc/>
    public override bool Streams => true;

    /// <inheritdoc/>
    public override void Take(List<StreamEvent> events)
    {
        Begin("text/event-stream; charset=utf-8");
        var output = Http.Response.BodyWriter;
        foreach (var streamEvent in events)
        {
            _writer.Write(output, streamEvent);
        }

        _unflushed = true;
    }

    /// <inheritdoc/>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_unflushed)
        {
            _unflushed = false;
            await Http.Response.BodyWriter.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task CompleteAsync(CancellationToken cancellationToken) =>
        await FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override bool TryStartOver() => false;

    public void Dispose() => _writer.Dispose();
}
