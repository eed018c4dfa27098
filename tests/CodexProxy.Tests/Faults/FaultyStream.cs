using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>How a body ends after its pieces.</summary>
internal enum BodyEnd
{
    Close,
    Reset,
    Silence,
}

/// <summary>A body that comes in given pieces and ends as it is told to.</summary>
internal sealed class FaultyStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces, BodyEnd end, Action silent)
    : ReadOnlyStream
{
    private int _next;
    private int _offset;

    /// <summary>Whether whoever read it has let it go.</summary>
    public bool IsDisposed { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_next < pieces.Count)
        {
            var rest = pieces[_next][_offset..];
            if (rest.IsEmpty)
            {
                (_next, _offset) = (_next + 1, 0);
                continue;
            }

            var count = Math.Min(buffer.Length, rest.Length);
            rest[..count].CopyTo(buffer);
            _offset += count;
            return count;
        }

        switch (end)
        {
            case BodyEnd.Close:
                return 0;
            case BodyEnd.Reset:
                throw new IOException("The connection was reset.");
            default:
                var stopped = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                await using (cancellationToken.Register(() => stopped.TrySetCanceled(cancellationToken)))
                {
                    silent();
                    return await stopped.Task;
                }
        }
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
