using System.IO.Compression;
using CodexProxy.Protocol.Errors;
using Microsoft.Extensions.Primitives;

namespace CodexProxy.Endpoints;

/// <summary>The codings of a body, in the order they were applied.</summary>
internal static class ContentCoding
{
    /// <summary>More layers than any sender has a reason for.</summary>
    private const int MostLayers = 4;

    /// <summary>Reads the header. <c>identity</c> is left out.</summary>
    /// <exception cref="RequestRejectedException">A coding is unknown.</exception>
    public static IReadOnlyList<string> Parse(StringValues header)
    {
        if (header.Count == 0)
        {
            return [];
        }

        var codings = new List<string>();
        foreach (
            var written in header
                .ToString()
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var coding = written.ToLowerInvariant();
            if (coding is not ("identity" or "gzip" or "x-gzip" or "deflate" or "br") || codings.Count == MostLayers)
            {
                throw new RequestRejectedException(
                    ClientError.Invalid(
                        $"content-encoding {written} is not supported",
                        StatusCodes.Status415UnsupportedMediaType
                    )
                );
            }

            if (coding != "identity")
            {
                codings.Add(coding);
            }
        }

        return codings;
    }

    /// <summary>Undoes the codings, the last applied first.</summary>
    /// <param name="stream">The body as it comes.</param>
    /// <param name="codings">Its codings.</param>
    /// <param name="limit">Most bytes that may come out of the body and out of each layer.</param>
    public static Stream Decode(Stream stream, IReadOnlyList<string> codings, long limit)
    {
        for (var i = codings.Count - 1; i >= 0; i--)
        {
            // Each layer, since one that is small again after the next would cost its whole size in time.
            stream = new LimitedStream(stream, limit);
            stream = codings[i] switch
            {
                "br" => new BrotliStream(stream, CompressionMode.Decompress),
                "deflate" => new ZLibStream(stream, CompressionMode.Decompress),
                _ => new GZipStream(stream, CompressionMode.Decompress),
            };
        }

        return stream;
    }
}
