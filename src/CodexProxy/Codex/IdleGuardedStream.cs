namespace CodexProxy.Codex;

/// <summary>
/// The upstream's body with an idle limit that is re-armed by every byte, and bounds on how much may come without
/// completing an event, and in all. The upstream is not trusted to end its lines.
/// </summary>
internal sealed class IdleGuardedStream : Stream
{
    /// <summary>Most bytes accepted between two completed events.</summary>
    public const int MaxEventBytes = 64 * 1024 * 1024;

    /// <summary>Most bytes accepted of one answer.</summary>
    public const long MaxAnswerBytes = 1024 * 1024 * 1024;

    private readonly Stream _inner;
    private TimeSpan? _idleLimit;
    private readonly CancellationTokenSource _idle;
    private long _bytesSinceEvent;
    private long _bytes;

    public IdleGuardedStream(Stream inner, TimeSpan idleLimit, TimeProvider timeProvider)
    {
        _inner = inner;
        _idleLimit = idleLimit;
        _idle = new CancellationTokenSource(idleLimit, timeProvider);
    }

    /// <summary>Cancelled when the upstream has been silent for the whole limit.</summary>
    public CancellationToken IdleToken => _idle.Token;

    /// <summary>Called for every completed event.</summary>
    public void EventCompleted() => _bytesSinceEvent = 0;

    /// <summary>Ends the reading after this time, whatever comes.</summary>
    public void EndWithin(TimeSpan time)
    {
        _idleLimit = null;
        _idle.CancelAfter(time);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _inner.ReadAsync(buffer, cancellationToken);
        if (_idleLimit is { } limit)
        {
            _idle.CancelAfter(limit);
        }

        _bytesSinceEvent += count;
        _bytes += count;
        if (_bytesSinceEvent > MaxEventBytes)
        {
            throw new InvalidDataException("The upstream sent an event without end.");
        }

        if (_bytes > MaxAnswerBytes)
        {
            throw new InvalidDataException("The upstream sent an answer without end.");
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _idle.Dispose();
        }

        base.Dispose(disposing);
    }
}
