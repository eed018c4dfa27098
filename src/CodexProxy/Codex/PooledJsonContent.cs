using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;

namespace CodexProxy.Codex;

/// <summary>
/// A request body in a pooled buffer. The buffer only goes back to the pool when all of it has been sent: an upstream that
/// answers early leaves the sending in progress, and a buffer given away then would send another request's bytes.
/// </summary>
internal sealed class PooledJsonContent : HttpContent
{
    private readonly PooledBuffer _buffer;
    private volatile bool _sent;

    /// <summary>Takes over the buffer.</summary>
    public PooledJsonContent(PooledBuffer buffer)
    {
        _buffer = buffer;
        Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
    }

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        _sent = false;
        await stream.WriteAsync(_buffer.Written, cancellationToken);
        _sent = true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _buffer.Written.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        // Not sent to the end: the collector takes the buffer when nobody holds it any more.
        if (disposing && _sent)
        {
            _buffer.Dispose();
        }

        base.Dispose(disposing);
    }
}
