using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>A request of a client that speaks the Responses API itself, its top level read.</summary>
public sealed class ResponsesCall
{
    // Settings of the API that stay here; the answer repeats the client's value of each.
    private static readonly string[] Echoed =
    [
        "background",
        "max_output_tokens",
        "max_tool_calls",
        "metadata",
        "previous_response_id",
        "prompt_cache_key",
        "safety_identifier",
        "store",
        "temperature",
        "top_logprobs",
        "top_p",
        "truncation",
        "user",
    ];

    private static readonly HashSet<string> Carried =
    [
        "model",
        "instructions",
        "input",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "reasoning",
        "include",
        "service_tier",
        "prompt_cache_key",
        "text",
        "client_metadata",
        "stream",
        "previous_response_id",
        "store",
        "background",
        // What a frame of the WebSocket form has beside the body.
        "type",
        "generate",
    ];

    private ResponsesCall(RequestField root)
    {
        Root = root;
        Model = root.NeedText("model");
        Stream = root.Truth("stream") ?? false;
        Store = root.Truth("store") ?? false;
        PreviousResponseId = root.Text("previous_response_id");
        PromptCacheKey = root.Text("prompt_cache_key") is { Length: > 0 } key ? key : null;
        Generates = root.Truth("generate") ?? true;
        Echo =
        [
            .. Echoed
                .Select(name => (Name: name, Value: root.Value.Member(name)))
                .Where(echo => echo.Value is not null)
                .Select(echo => new KeyValuePair<string, JsonElement>(echo.Name, echo.Value!.Value)),
        ];
    }

    /// <summary>Model as the client named it.</summary>
    public string Model { get; }

    /// <summary>Whether the answer is to be a stream.</summary>
    public bool Stream { get; }

    /// <summary>Whether the client wants to fetch the answer later.</summary>
    public bool Store { get; }

    /// <summary>The answer this request goes on from.</summary>
    public string? PreviousResponseId { get; }

    /// <summary>The client's own name for the conversation.</summary>
    public string? PromptCacheKey { get; }

    /// <summary>Whether the model is to answer; false only warms a connection up.</summary>
    public bool Generates { get; }

    /// <summary>Settings to repeat in the answer.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Echo { get; }

    internal RequestField Root { get; }

    /// <summary>Members with a value that are left out upstream, by name.</summary>
    internal IEnumerable<string> Dropped =>
        Root
            .Value.EnumerateObject()
            .Where(member => member.Value.ValueKind != JsonValueKind.Null && !Carried.Contains(member.Name))
            .Select(member => member.Name);

    /// <summary>
    /// Reads a frame of a WebSocket: a body with a type that says what to do with it. Null for a report of the client that
    /// wants no answer: the vendor's client says so what it is done with.
    /// </summary>
    /// <exception cref="RequestRejectedException">It is no JSON, or cannot be a request.</exception>
    public static ResponsesCall? ReadFrame(ReadOnlyMemory<byte> utf8)
    {
        var root = ReadRoot(utf8);
        return root.NeedText("type") switch
        {
            "response.create" => new ResponsesCall(root),
            "response.processed" => null,
            _ => throw new RequestRejectedException("type", "must be response.create"),
        };
    }

    /// <summary>Reads a body.</summary>
    /// <param name="utf8">The bytes; they are copied.</param>
    /// <exception cref="RequestRejectedException">It is no JSON, or cannot be a request.</exception>
    public static ResponsesCall Read(ReadOnlyMemory<byte> utf8) => new(ReadRoot(utf8));

    private static RequestField ReadRoot(ReadOnlyMemory<byte> utf8)
    {
        JsonElement body;
        try
        {
            using var document = RequestJson.Parse(utf8, brackets: true);
            body = document.RootElement.Clone();
        }
        catch (BrokenJsonException exception)
        {
            throw new RequestRejectedException(exception);
        }

        var root = RequestField.Body(body);
        if (root.Truth("background") is true)
        {
            throw new RequestRejectedException("background", "not supported");
        }

        return root;
    }
}
