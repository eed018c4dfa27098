using System.Buffers;
using CodexProxy.Protocol.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace CodexProxy.Endpoints;

/// <summary>
/// A request's whole body, decoded, in a pooled buffer. Dispose it when nothing refers to its bytes any more.
/// </summary>
public sealed class RequestBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    private byte[]? _buffer;
    private readonly int _length;

    private RequestBody(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has gone back to the pool.</exception>
    public ReadOnlyMemory<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.AsMemory(0, _length);
        }
    }

    /// <summary>Reads the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Largest size before and after decoding, in bytes.</param>
    /// <exception cref="RequestRejectedException">It is too large, or its encoding is unknown or broken.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, int limit)
    {
        Admit(context, limit);
        var request = context.Request;
        var codings = ContentCoding.Parse(request.Headers.ContentEncoding);
        if (codings.Count == 0)
        {
            return await ReadWireAsync(context, limit);
        }

        try
        {
            await using var decoded = ContentCoding.Decode(request.Body, codings, limit);
            return await FillAsync(decoded, FirstBuffer, limit, context.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // InvalidOperationException is how the Brotli decoder words it.
            throw new RequestRejectedException(
                ClientError.Invalid($"The request body is not valid {string.Join(", ", codings)} data")
            );
        }
    }

    /// <summary>Reads the body as it is on the wire, in whatever coding.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Largest size in bytes.</param>
    /// <exception cref="RequestRejectedException">It is too large.</exception>
    public static ValueTask<RequestBody> ReadWireAsync(HttpContext context, int limit)
    {
        Admit(context, limit);
        var expected = (int)(context.Request.ContentLength ?? FirstBuffer);
        return FillAsync(context.Request.Body, expected, limit, context.RequestAborted);
    }

    private static void Admit(HttpContext context, int limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            // The server would count the framing of chunks too; here only what is theirs counts.
            feature.MaxRequestBodySize = null;
        }

        if (context.Request.ContentLength > limit)
        {
            throw new RequestRejectedException(ClientError.TooLarge);
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<RequestBody> FillAsync(
        Stream stream,
        int expected,
        int limit,
        CancellationToken cancellationToken
    )
    {
        // One byte more than expected, so that the end is seen without growing.
        var buffer = ArrayPool<byte>.Shared.Rent(expected + 1);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    Grow(ref buffer, length);
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return new RequestBody(buffer, length);
                }

                length += read;
                if (length > limit)
                {
                    throw new RequestRejectedException(ClientError.TooLarge);
                }
            }
        }
        catch (Exception exception)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (exception is IOException and not BadHttpRequestException)
            {
                // How the server words some broken framings.
                throw new RequestRejectedException(ClientError.Invalid("The request body could not be read"));
            }

            throw;
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
