using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.OpenAI;
using FsCheck;
using FsCheck.Fluent;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>
/// What holds for every session of an agent: append-only in, append-only out. Each request repeats the one before and adds to
/// its end, so everything up to there must come out as the same bytes.
/// </summary>
public sealed class SessionLaws
{
    private const string System = """
        "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2.1.{0}; cch=a{0};"},{"type":"text","text":"You are an agent.","cache_control":{"type":"ephemeral"}},{"type":"text","text":"The folder is /home/ada."}],
        """;

    private const string Tools = """
        "tools":[{"name":"Read","description":"Reads.","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},{"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}}}},{"name":"mcp__a.long.server__that_has_a_tool_with_a_name_that_goes_on_and_on","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search","max_uses":5}],
        """;

    private const string Settings = """
        "stream":true,"thinking":{"type":"adaptive"},"metadata":{"user_id":"{\"session_id\":\"s\"}"},
        """;

    // One step of the session: what the model said, and what the client answered. {0} is the number of the step.
    private static readonly string[] Steps =
    [
        // Thinking, words and one call.
        """{"role":"assistant","content":[{"type":"thinking","thinking":"Hm.","signature":"gAAAAA{0}"},{"type":"text","text":"Reading {0}."},{"type":"tool_use","id":"toolu_{0}a","name":"Read","input":{"file_path":"/a/{0}"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_{0}a","content":"line {0}"}]}""",
        // Two calls at once, one of which fails, with a picture in a result.
        """{"role":"assistant","content":[{"type":"tool_use","id":"toolu_{0}a","name":"Bash","input":{"command":"ls {0}"}},{"type":"tool_use","id":"toolu_{0}b","name":"mcp__a.long.server__that_has_a_tool_with_a_name_that_goes_on_and_on","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_{0}b","is_error":true,"content":"no"},{"type":"tool_result","tool_use_id":"toolu_{0}a","content":[{"type":"text","text":"ok"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAAA{0}"}}]}]}""",
        // Sealed thinking alone before an answer, then the person again, with a reminder of the client.
        """{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gAAAAAs{0}"},{"type":"text","text":"Done {0}."}]},{"role":"user","content":[{"type":"text","text":"<system-reminder>Note {0}.</system-reminder>"},{"type":"text","text":"And {0}?"}]}""",
        // A system message in mid-conversation that sets the effort of its turn.
        """{"role":"assistant","content":"Yes."},{"role":"user","content":"Then {0}."},{"role":"system","content":[{"type":"text","text":"The date is {0}."}],"effort":"high"}""",
        // An interrupted call.
        """{"role":"assistant","content":[{"type":"text","text":"Trying."},{"type":"tool_use","id":"toolu_{0}a","name":"Bash","input":{"command":"sleep {0}"}}]},{"role":"user","content":"[Request interrupted by user]"}""",
        // A hosted search of an earlier turn.
        """{"role":"assistant","content":[{"type":"server_tool_use","id":"srvtoolu_{0}","name":"web_search","input":{"query":"q{0}"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_{0}","content":[{"type":"web_search_result","url":"https://x/{0}","title":"X","encrypted_content":"abc"}]},{"type":"text","text":"Found {0}."}]},{"role":"user","content":"Good."}""",
        // A document, and a result that carries one.
        """{"role":"assistant","content":[{"type":"tool_use","id":"toolu_{0}a","name":"Read","input":{"file_path":"/{0}.pdf"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_{0}a","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="}}]},{"type":"text","text":"See {0}."}]}""",
        // Thinking of another vendor, and a block that nobody knows.
        """{"role":"assistant","content":[{"type":"redacted_thinking","data":"zz{0}"},{"type":"text","text":"Hm."}]},{"role":"user","content":[{"type":"unheard_of","n":{0}},{"type":"text","text":"Go on {0}."}]}""",
    ];

    private static readonly Arbitrary<int[]> Sessions = Gen.Choose(0, Steps.Length - 1)
        .NonEmptyListOf()
        .Select(steps => steps.ToArray())
        .ToArbitrary();

    [Fact]
    public void Every_request_of_a_session_begins_with_the_whole_request_before() =>
        Prop.ForAll(
                Sessions,
                steps =>
                {
                    List<string>? before = null;
                    for (var turn = 0; turn <= steps.Length; turn++)
                    {
                        var after = Parts(Translate(steps.AsSpan(0, turn), turn));
                        if (before is not null && !after.Take(before.Count).SequenceEqual(before))
                        {
                            return false;
                        }

                        before = after;
                    }

                    return true;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_session_keeps_its_cache_key_whatever_it_says() =>
        Prop.ForAll(
                Sessions,
                steps =>
                    Enumerable
                        .Range(0, steps.Length + 1)
                        .Select(turn => Translate(steps.AsSpan(0, turn), turn).PromptCacheKey)
                        .Distinct()
                        .Count() == 1
            )
            .QuickCheckThrowOnFailure();

    /// <summary>Captured requests of the real client; those of one message say nothing here.</summary>
    public static TheoryData<string> Captures =>
        [
            .. Directory
                .GetFiles(Path.Combine(ResponseFixtures.Folder, "claude-code-client"), "*.json")
                .Where(file => Messages(file).Length > 2)
                .Select(file => Path.GetFileName(file)),
        ];

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_real_session_begins_as_its_earlier_requests_did(string name)
    {
        var file = Path.Combine(ResponseFixtures.Folder, "claude-code-client", name);
        using var capture = JsonDocument.Parse(File.ReadAllBytes(file));
        var whole = Items(capture.RootElement, Messages(file).Length);
        for (var count = Messages(file).Length - 1; count > 0; count--)
        {
            // The client asks when it is the model's turn, so its earlier requests end before what the model said.
            if (Messages(file)[count] != "assistant" || Messages(file)[count - 1] == "assistant")
            {
                continue;
            }

            var earlier = Items(capture.RootElement, count);
            whole.Take(earlier.Count).ShouldBe(earlier, $"{count} messages");
        }
    }

    private static string[] Messages(string file)
    {
        using var capture = JsonDocument.Parse(File.ReadAllBytes(file));
        return
            capture.RootElement.TryGetProperty("body", out var body)
            && body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("messages", out var messages)
            ? [.. messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()!)]
            : [];
    }

    private static List<string> Items(JsonElement capture, int messages)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var member in capture.GetProperty("body").EnumerateObject())
            {
                if (!member.NameEquals("messages"))
                {
                    member.WriteTo(writer);
                    continue;
                }

                writer.WriteStartArray("messages");
                foreach (var message in member.Value.EnumerateArray().Take(messages))
                {
                    message.WriteTo(writer);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        var body = RequestTranscriptTests.Translate(json.WrittenMemory.ToArray());
        return [.. body.Input.Select(item => JsonSerializer.Serialize(item, OpenAIJson.Default.InputItem))];
    }

    private static ResponsesRequest Translate(ReadOnlySpan<int> steps, int turn)
    {
        var messages = new StringBuilder("""{"role":"user","content":[{"type":"text","text":"Begin."}]}""");
        for (var i = 0; i < steps.Length; i++)
        {
            messages.Append(',').Append(Numbered(Steps[steps[i]], i));
        }

        // The client's own attribution changes with every version and request; it is no part of the prompt.
        return Requests.Body(Requests.WithMessages(messages.ToString(), Numbered(System, turn) + Tools + Settings));
    }

    private static string Numbered(string text, int number) =>
        text.Replace(
                "{0}",
                number.ToString("D3", global::System.Globalization.CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            )
            .Replace("\"n\":0", "\"n\":1", StringComparison.Ordinal);

    // In the order in which the upstream's cache reads them.
    private static List<string> Parts(ResponsesRequest body) =>
        [
            body.Model,
            body.Instructions!,
            .. body.Tools!.Select(tool => JsonSerializer.Serialize(tool, OpenAIJson.Default.ResponsesTool)),
            JsonSerializer.Serialize(body.ToolChoice, OpenAIJson.Default.ResponsesToolChoice),
            .. body.Input.Select(item => JsonSerializer.Serialize(item, OpenAIJson.Default.InputItem)),
        ];
}
