using System.Net.ServerSentEvents;
using System.Text.Json;

namespace CodexProxy.Fuzz.Targets;

/// <summary>Judges what clients get, by its bytes and without the code that wrote them.</summary>
internal static class Forms
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 1024 };

    /// <summary>Fails unless the bytes are JSON, with no name twice.</summary>
    public static void NeedJson(ReadOnlyMemory<byte> json, string otherwise)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Loose);
        }
        catch (JsonException)
        {
            throw new LawBrokenException(otherwise);
        }
    }

    // The client's own values are carried with what stands in them twice.
    private static readonly JsonDocumentOptions Loose = new() { MaxDepth = 1024 };

    /// <summary>The events of a written stream; each must be one that a client can parse.</summary>
    public static List<(string Name, string Data, JsonDocument? Json)> Read(ReadOnlyMemory<byte> stream, bool strict)
    {
        Need(System.Text.Unicode.Utf8.IsValid(stream.Span), "what was written is no UTF-8");
        using var bytes = new MemoryStream(stream.ToArray());
        var events = new List<(string, string, JsonDocument?)>();
        // To look for names that stand twice takes as long as all the rest: every fourth stream is enough.
        strict &= stream.Length % 4 == 0;
        foreach (var item in SseParser.Create(bytes).Enumerate())
        {
            try
            {
                events.Add(
                    (
                        item.EventType,
                        item.Data,
                        item.Data == "[DONE]" ? null : JsonDocument.Parse(item.Data, strict ? Strict : Loose)
                    )
                );
            }
            catch (JsonException)
            {
                throw new LawBrokenException("an event is no JSON");
            }
        }

        return events;
    }

    /// <summary>
    /// Messages: blocks are numbered without gap, one is open at a time, deltas fit their block, and the end is there exactly
    /// when the answer is whole.
    /// </summary>
    public static void Messages(ReadOnlyMemory<byte> stream, bool whole)
    {
        var next = 0;
        string? open = null;
        var stage = 0;
        foreach (var (name, _, json) in Read(stream, strict: true))
        {
            using (json)
            {
                var root = json!.RootElement;
                Need(Text(root, "type") == name, "an event's name is not its type");
                Need(stage < 3, "something follows the end");
                switch (name)
                {
                    case "message_start":
                        Need(stage == 0, "a second start");
                        stage = 1;
                        break;
                    case "ping":
                        break;
                    case "content_block_start":
                        Need(stage == 1 && open is null, "a block begins inside another");
                        Need(root.GetProperty("index").GetInt32() == next, "a gap in the numbers");
                        open = Text(root.GetProperty("content_block"), "type");
                        break;
                    case "content_block_delta":
                        Need(open is not null, "a delta for no block");
                        Need(root.GetProperty("index").GetInt32() == next, "a delta for another block");
                        Need(
                            Fits(open!, Text(root.GetProperty("delta"), "type")),
                            "a delta that does not fit its block"
                        );
                        break;
                    case "content_block_stop":
                        Need(open is not null && root.GetProperty("index").GetInt32() == next, "no such block is open");
                        open = null;
                        next++;
                        break;
                    case "message_delta":
                        Need(stage == 1 && open is null, "the end begins inside a block");
                        stage = 2;
                        break;
                    case "message_stop":
                        Need(stage == 2, "an end without its reason");
                        stage = 3;
                        break;
                    case "error":
                        Need(!whole && stage < 2, "an error beside an end");
                        stage = 4;
                        break;
                    default:
                        throw new LawBrokenException($"an event that is none: {name}");
                }
            }
        }

        Need(stage == (whole ? 3 : 4), whole ? "an answer without its end" : "a failure that looks like an end");
    }

    /// <summary>Chat: one role, calls begun once and in order, one reason, and <c>[DONE]</c> exactly when it is whole.</summary>
    public static void Chat(ReadOnlyMemory<byte> stream, bool whole)
    {
        int calls = 0,
            roles = 0,
            reasons = 0,
            errors = 0;
        var done = false;
        foreach (var (_, _, json) in Read(stream, strict: true))
        {
            Need(!done && errors == 0, "something follows the end");
            if (json is null)
            {
                done = true;
                continue;
            }

            using (json)
            {
                if (json.RootElement.TryGetProperty("error", out _))
                {
                    errors++;
                    continue;
                }

                foreach (var choice in json.RootElement.GetProperty("choices").EnumerateArray())
                {
                    var delta = choice.GetProperty("delta");
                    roles += Text(delta, "role") is null ? 0 : 1;
                    reasons += Text(choice, "finish_reason") is null ? 0 : 1;
                    if (delta.TryGetProperty("tool_calls", out var list))
                    {
                        foreach (var call in list.EnumerateArray())
                        {
                            var index = call.GetProperty("index").GetInt32();
                            var begins = Text(call, "id") is not null;
                            Need(begins ? index == calls : index < calls, "a call begins twice, or not at all");
                            calls += begins ? 1 : 0;
                        }
                    }
                }
            }
        }

        Need(roles <= 1, "a second role");
        Need(done == whole && reasons == (whole ? 1 : 0), "the end is not what the answer is");
        Need(whole || errors == 1, "a failure without an error");
    }

    /// <summary>Responses: names are types, numbers go on by one, and the last event says how it ended.</summary>
    public static void Responses(ReadOnlyMemory<byte> stream, bool whole)
    {
        var number = 0;
        var last = "";
        foreach (var (name, data, json) in Read(stream, strict: false))
        {
            using (json)
            {
                var root = json!.RootElement;
                Need(Text(root, "type") == name, "an event's name is not its type");
                Need(
                    root.TryGetProperty("sequence_number", out var at)
                        && at.ValueKind == JsonValueKind.Number
                        && at.TryGetInt32(out var value)
                        && value == number++,
                    "a gap in the numbers"
                );
                Need(!data.Contains('\n', StringComparison.Ordinal), "an event of several lines");
                Need(
                    last is not ("response.completed" or "response.incomplete" or "response.failed" or "error"),
                    "something follows the end"
                );
                last = name;
            }
        }

        Need(
            whole ? last is "response.completed" or "response.incomplete" : last is "error" or "response.failed",
            "the end is not what the answer is"
        );
    }

    private static bool Fits(string block, string? delta) =>
        delta switch
        {
            "text_delta" or "citations_delta" => block == "text",
            "thinking_delta" or "signature_delta" => block == "thinking",
            "input_json_delta" => block is "tool_use" or "server_tool_use",
            _ => false,
        };

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Need(bool law, string otherwise)
    {
        if (!law)
        {
            throw new LawBrokenException(otherwise);
        }
    }
}
