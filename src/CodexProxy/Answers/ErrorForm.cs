using System.Buffers;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Responses;

namespace CodexProxy.Answers;

/// <summary>In whose words a request is answered when it cannot be served: the one place that decides it, by the path.</summary>
internal static class ErrorForm
{
    /// <summary>Where the Responses API is served.</summary>
    public const string Responses = "/v1/responses";

    /// <summary>Where Chat Completions are served.</summary>
    public const string Chat = "/v1/chat";

    private const string Models = "/v1/models";

    private static readonly PathString[] Versionless =
    [
        "/chat/completions",
        "/responses",
        "/completions",
        "/embeddings",
    ];

    // OpenAI's own paths that are not served; whoever asks for them speaks its protocol.
    private static readonly PathString[] OtherOpenAI =
    [
        "/v1/assistants",
        "/v1/audio",
        "/v1/batches",
        "/v1/completions",
        "/v1/conversations",
        "/v1/embeddings",
        "/v1/images",
        "/v1/moderations",
        "/v1/threads",
        .. Versionless,
    ];

    /// <summary>Whether this is a path of OpenAI's protocol without its beginning.</summary>
    public static bool LacksVersion(HttpRequest request) =>
        Array.Exists(Versionless, path => request.Path.StartsWithSegments(path, StringComparison.Ordinal));

    /// <summary>Whether the client speaks Anthropic's protocol; every path that is not OpenAI's own counts as such.</summary>
    public static bool IsAnthropic(HttpRequest request) =>
        request.Path.StartsWithSegments(Models, StringComparison.Ordinal)
            ? NamesAnthropic(request)
            : !request.Path.StartsWithSegments(Responses, StringComparison.Ordinal)
                && !request.Path.StartsWithSegments(Chat, StringComparison.Ordinal)
                && !Array.Exists(OtherOpenAI, path => request.Path.StartsWithSegments(path, StringComparison.Ordinal));

    /// <summary>The status as this client knows it.</summary>
    public static int StatusOf(HttpRequest request, ClientError error) =>
        IsAnthropic(request) ? error.Status : OpenAIError.From(error).Status;

    /// <summary>Sets status and headers, and writes the body unless the client asked for none.</summary>
    public static void Write(HttpContext http, ClientError error)
    {
        var response = http.Response;
        response.ContentType = "application/json";
        if (IsAnthropic(http.Request))
        {
            Begin(response, error.Status, error.Headers);
            WriteBody(http, output => error.Write(output, http.TraceIdentifier));
        }
        else if (http.Request.Path.StartsWithSegments(Chat, StringComparison.Ordinal))
        {
            var chat = ChatFailures.Translate(error);
            Begin(response, chat.Status, chat.Headers);
            WriteBody(http, chat.Write);
        }
        else
        {
            var other = ResponsesFailures.Translate(error);
            Begin(response, other.Status, other.Headers);
            WriteBody(http, other.Write);
        }
    }

    // Each protocol's client names itself by the headers it cannot do without.
    private static bool NamesAnthropic(HttpRequest request) =>
        request.Headers.ContainsKey("anthropic-version")
        || (request.Headers.ContainsKey("x-api-key") && !request.Headers.ContainsKey("Authorization"))
        || request.PathBase.StartsWithSegments("/anthropic");

    private static void Begin(HttpResponse response, int status, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            response.Headers[name] = value;
        }
    }

    private static void WriteBody(HttpContext http, Action<IBufferWriter<byte>> write)
    {
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            write(http.Response.BodyWriter);
        }
    }
}
