using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Failures;

/// <summary>How a connection failed without a word from the upstream.</summary>
public enum TransportFault
{
    /// <summary>No connection.</summary>
    Connect,

    /// <summary>The connection broke, or ended before the terminal event.</summary>
    Reset,

    /// <summary>Nothing came for the whole idle limit.</summary>
    Idle,
}

/// <summary>Turns what the upstream said, in any of its forms, into an <see cref="UpstreamFailure"/>.</summary>
public static class FailureReader
{
    /// <summary>Reads an HTTP answer. Never throws: what cannot be read is classified by its status.</summary>
    public static UpstreamFailure FromHttp(
        int status,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        ReadOnlyMemory<byte> body
    )
    {
        var said = SaidByBody(body);
        if (said is null && status is 403 or 404)
        {
            var form =
                IsBlank(body.Span) ? "empty body"
                : LooksLikeHtml(body.Span) ? "HTML page"
                : "no JSON";
            if (status == 403 || form != "no JSON")
            {
                return new UpstreamFailure
                {
                    Kind = FailureKind.EdgeBlock,
                    Status = status,
                    Code = form,
                };
            }
        }

        return FailureClassifier.Classify(status, said ?? new UpstreamError(), headers);
    }

    /// <summary>Reads a <c>response.failed</c> or <c>error</c> event.</summary>
    /// <param name="payload">The whole event.</param>
    public static UpstreamFailure FromEvent(JsonElement payload)
    {
        if (payload.Member("response") is { } response)
        {
            var error = response.Member("error") is { } inner ? UpstreamError.Read(inner) : new UpstreamError();
            return FailureClassifier.Classify(null, error, []);
        }

        if (payload.Member("error") is { ValueKind: JsonValueKind.Object } body)
        {
            var status = (int?)(payload.Number("status") ?? payload.Number("status_code"));
            return FailureClassifier.Classify(status, UpstreamError.Read(body), EventHeaders(payload));
        }

        return FailureClassifier.Classify(null, UpstreamError.Read(payload) with { Type = null }, []);
    }

    /// <summary>A failure of the connection itself.</summary>
    public static UpstreamFailure FromTransport(TransportFault fault) =>
        new()
        {
            Kind = fault switch
            {
                TransportFault.Connect => FailureKind.Unreachable,
                TransportFault.Idle => FailureKind.Silence,
                _ => FailureKind.Cut,
            },
        };

    private static UpstreamError? SaidByBody(ReadOnlyMemory<byte> body)
    {
        if (IsBlank(body.Span) || LooksLikeHtml(body.Span))
        {
            return null;
        }

        try
        {
            using var document = SoundJson.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
            return UpstreamError.Read(document.RootElement);
        }
        catch (JsonException)
        {
            // Not JSON after all: an intermediary's own words, which are not worth showing.
            return null;
        }
    }

    private static List<KeyValuePair<string, string>> EventHeaders(JsonElement payload)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (payload.Member("headers") is not { ValueKind: JsonValueKind.Object } members)
        {
            return headers;
        }

        foreach (var member in members.EnumerateObject())
        {
            var value = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.Number => member.Value.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
            if (value is not null)
            {
                headers.Add(new(member.Name.ToLower(CultureInfo.InvariantCulture), value));
            }
        }

        return headers;
    }

    private static bool IsBlank(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8).IsEmpty;

    private static bool LooksLikeHtml(ReadOnlySpan<byte> body)
    {
        var start = body.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'<';
    }
}
