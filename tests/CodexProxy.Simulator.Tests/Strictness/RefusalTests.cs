using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class RefusalTests
{
    private const string Png =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAF0lEQVR4nGP4z8BAEiJN9aiGUQ1DSgMAkPn/Afnh+ngAAAAASUVORK5CYII=";

    private static string Call(string id, string name = "f") =>
        $$"""{"type":"function_call","call_id":"{{id}}","name":"{{name}}","arguments":"{}"}""";

    private static string Output(string id, string output = "\"ok\"") =>
        $$"""{"type":"function_call_output","call_id":"{{id}}","output":{{output}}}""";

    private static string Part(string part, string role = "user") =>
        Bodies.Input($$"""[{"type":"message","role":"{{role}}","content":[{{part}}]}]""");

    private static string Schema(string schema, bool strict = false) =>
        Bodies.With(
            (
                "tools",
                $$"""[{"type":"function","name":"f","parameters":{{schema}},"strict":{{(strict ? "true" : "false")}}}]"""
            )
        );

    public static TheoryData<string, string, string> Faults()
    {
        var long64 = new string('x', 65);
        var data = new TheoryData<string, string, string>();
        void Add(string name, string body, string words) => data.Add(name, body, words);

        Add(
            "unknown member",
            Bodies.With(("max_output_tokens", "5")),
            "{\"detail\":\"Unsupported parameter: max_output_tokens\"}"
        );
        Add("temperature", Bodies.With(("temperature", "1")), "Unsupported parameter: temperature");
        Add(
            "previous response",
            Bodies.With(("previous_response_id", "\"r\"")),
            "Unsupported parameter: previous_response_id"
        );
        Add("stream options", Bodies.With(("stream_options", "{}")), "Unsupported parameter: stream_options");
        Add("metadata", Bodies.With(("metadata", "{}")), "Unsupported parameter: metadata");
        Add("no instructions", Bodies.With(("instructions", null)), "{\"detail\":\"Instructions are required\"}");
        Add("null instructions", Bodies.With(("instructions", "null")), "Instructions are required");
        Add("store true", Bodies.With(("store", "true")), "{\"detail\":\"Store must be set to false\"}");
        Add("store missing", Bodies.With(("store", null)), "Store must be set to false");
        Add("stream false", Bodies.With(("stream", "false")), "{\"detail\":\"Stream must be set to true\"}");
        Add(
            "model retired",
            Bodies.With(("model", "\"gpt-5.1\"")),
            "{\"detail\":\"The 'gpt-5.1' model is not supported when using Codex with a ChatGPT account.\"}"
        );
        Add(
            "model variant",
            Bodies.With(("model", "\"gpt-5.5/medium\"")),
            "The 'gpt-5.5/medium' model is not supported"
        );
        Add("no JSON", "{", "could not parse the JSON body");
        Add("no object", "[]", "must be an object");
        Add("input a string", Bodies.With(("input", "\"hi\"")), "Input must be a list");
        Add("input empty", Bodies.With(("input", "[]")), "empty_array");
        Add("item type", Bodies.Input("""[{"type":"mess"}]"""), "Invalid value: 'mess'");
        Add(
            "item without type",
            Bodies.Input("""[{"role":"user","content":[]}]"""),
            "Missing required parameter: 'input[0].type'"
        );
        Add(
            "item member",
            Bodies.Input("""[{"type":"message","role":"user","content":[],"cache_control":{}}]"""),
            "Unknown parameter: 'input[0].cache_control'"
        );
        Add("system role", Part("""{"type":"input_text","text":"x"}""", "system"), "System messages are not allowed");
        Add("tool role", Part("""{"type":"input_text","text":"x"}""", "tool"), "Invalid value: 'tool'");
        Add(
            "phase",
            Bodies.Input("""[{"type":"message","role":"assistant","phase":"last","content":[]}]"""),
            "Invalid value: 'last'"
        );
        Add(
            "no content",
            Bodies.Input("""[{"type":"message","role":"user"}]"""),
            "Missing required parameter: 'input[0].content'"
        );
        Add(
            "null content",
            Bodies.Input("""[{"type":"message","role":"user","content":null}]"""),
            "one of a string or array of objects"
        );
        Add(
            "input part of assistant",
            Part("""{"type":"input_text","text":"x"}""", "assistant"),
            "Supported values are: 'output_text', 'refusal'"
        );
        Add("output part of user", Part("""{"type":"output_text","text":"x"}"""), "Invalid value: 'output_text'");
        Add("Anthropic part", Part("""{"type":"text","text":"x"}"""), "Invalid value: 'text'");
        Add(
            "cache breakpoint",
            Part("""{"type":"input_text","text":"x","prompt_cache_breakpoint":{}}"""),
            "Unknown parameter: 'input[0].content[0].prompt_cache_breakpoint'"
        );
        Add(
            "id too long",
            Bodies.Input($$"""[{"type":"message","id":"msg_{{long64}}","role":"user","content":[]}]"""),
            "string_above_max_length"
        );
        Add(
            "id prefix",
            Bodies.Input("""[{"type":"function_call","id":"item_1","call_id":"c","name":"f","arguments":"{}"}]"""),
            "Invalid 'input[0].id': 'item_1'. Expected an ID that begins with 'fc'."
        );
        Add(
            "call id too long",
            Bodies.Input($"[{Call(long64)}]"),
            "Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64, but got a string with length 65 instead."
        );
        Add("call name", Bodies.Input($"[{Call("c", "a.b")},{Output("c")}]"), "string does not match pattern");
        Add(
            "call name too long",
            Bodies.Input($"[{Call("c", long64)},{Output("c")}]"),
            "Invalid 'input[0].name': string too long"
        );
        Add(
            "arguments no string",
            Bodies.Input("""[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]"""),
            "Invalid type for 'input[0].arguments'"
        );
        Add(
            "call without output",
            Bodies.Input($"[{Call("call_1")}]"),
            "No tool output found for function call call_1."
        );
        Add(
            "output without call",
            Bodies.Input($"[{Output("call_1")}]"),
            "No tool call found for function call output with call_id call_1."
        );
        Add("output before call", Bodies.Input($"[{Output("call_1")},{Call("call_1")}]"), "No tool call found");
        Add("two outputs", Bodies.Input($"[{Call("c")},{Output("c")},{Output("c")}]"), "No tool call found");
        Add("two calls of one id", Bodies.Input($"[{Call("c")},{Call("c")},{Output("c")}]"), "Duplicate call_id");
        Add(
            "is_error on output",
            Bodies.Input(
                $$"""[{{Call("c")}},{"type":"function_call_output","call_id":"c","output":"x","is_error":true}]"""
            ),
            "Unknown parameter: 'input[1].is_error'"
        );
        Add(
            "output missing",
            Bodies.Input($$"""[{{Call("c")}},{"type":"function_call_output","call_id":"c"}]"""),
            "Missing required parameter: 'input[1].output'"
        );
        Add(
            "file in output",
            Bodies.Input(
                $$"""[{{Call("c")}},{{Output("c", """[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}]""")}}]"""
            ),
            "Invalid value: 'input_file'"
        );
        Add(
            "image that is text",
            Part("""{"type":"input_image","image_url":"data:image/png;base64,aGVsbG8gd29ybGQh"}"""),
            "does not represent a valid image"
        );
        Add(
            "image of another type",
            Part($$"""{"type":"input_image","image_url":"{{Png.Replace("png", "jpeg", StringComparison.Ordinal)}}"}"""),
            "does not represent a valid image"
        );
        Add(
            "image type",
            Part("""{"type":"input_image","image_url":"data:image/bmp;base64,Qk0="}"""),
            "unsupported_image_media_type"
        );
        Add(
            "image no base64",
            Part("""{"type":"input_image","image_url":"data:image/png;base64,***"}"""),
            "Expected a base64-encoded data URL"
        );
        Add(
            "image http",
            Part("""{"type":"input_image","image_url":"http://example.com/a.png"}"""),
            "Expected a base64-encoded data URL"
        );
        Add(
            "image detail",
            Part($$"""{"type":"input_image","image_url":"{{Png}}","detail":"huge"}"""),
            "Invalid value: 'huge'"
        );
        Add(
            "file no PDF",
            Part("""{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aGVsbG8="}"""),
            "does not represent a valid PDF"
        );
        Add(
            "file without name",
            Part("""{"type":"input_file","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}"""),
            "Missing required parameter: 'input[0].content[0].filename'"
        );
        Add(
            "reasoning without seal",
            Bodies.Input("""[{"type":"reasoning","summary":[]}]"""),
            "Missing required parameter: 'input[0].encrypted_content'"
        );
        Add(
            "reasoning without summary",
            Bodies.Input("""[{"type":"reasoning","encrypted_content":"x"}]"""),
            "Missing required parameter: 'input[0].summary'"
        );
        Add(
            "reasoning last",
            Bodies.Input("""[{"type":"reasoning","summary":[],"encrypted_content":"x"}]"""),
            "without its required following item"
        );
        Add(
            "invented seal",
            Bodies.Input(
                """[{"type":"reasoning","summary":[],"encrypted_content":"gAAAAABfake"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}]"""
            ),
            "\"code\":\"invalid_encrypted_content\""
        );
        Add(
            "lite item without header",
            Bodies.Input("""[{"type":"additional_tools","role":"developer","tools":[]}]"""),
            "Invalid value: 'additional_tools'"
        );
        Add(
            "search action",
            Bodies.Input("""[{"type":"web_search_call","status":"completed","action":{"type":"guess"}}]"""),
            "Invalid value: 'guess'"
        );
        Add("tools no array", Bodies.With(("tools", "{}")), "Invalid type for 'tools'");
        Add("tool type", Bodies.With(("tools", """[{"type":"bash_20250124"}]""")), "Invalid value: 'bash_20250124'");
        Add("tool name", Bodies.With(("tools", Bodies.Tools(Bodies.Tool("a b")))), "string does not match pattern");
        Add(
            "tool name too long",
            Bodies.With(("tools", Bodies.Tools(Bodies.Tool(long64)))),
            "Invalid 'tools[0].name': string too long"
        );
        Add(
            "tool member",
            Bodies.With(("tools", """[{"type":"function","name":"f","input_schema":{}}]""")),
            "Unknown parameter: 'tools[0].input_schema'"
        );
        Add(
            "tool cache control",
            Bodies.With(("tools", """[{"type":"function","name":"f","parameters":{},"cache_control":{}}]""")),
            "Unknown parameter: 'tools[0].cache_control'"
        );
        Add(
            "tool without parameters",
            Bodies.With(("tools", """[{"type":"function","name":"f"}]""")),
            "Missing required parameter: 'tools[0].parameters'"
        );
        Add(
            "tool twice",
            Bodies.With(("tools", Bodies.Tools(Bodies.Tool("f"), Bodies.Tool("f")))),
            "Duplicate tool name: 'f'"
        );
        Add(
            "search filter",
            Bodies.With(("tools", """[{"type":"web_search","filters":{"blocked_domains":["x"]}}]""")),
            "Unknown parameter: 'tools[0].filters.blocked_domains'"
        );
        Add("schema no object", Schema("""{"type":"string"}"""), "got 'type: \\\"string\\\"'");
        Add("schema without type", Schema("{}"), "got 'type: \\\"None\\\"'");
        Add("schema without properties", Schema("""{"type":"object"}"""), "object schema missing properties");
        Add(
            "inner without properties",
            Schema("""{"type":"object","properties":{"a":{"type":"object"}}}"""),
            "In context=('properties', 'a'), object schema missing properties"
        );
        Add(
            "array without items",
            Schema("""{"type":"object","properties":{"a":{"type":"array"}}}"""),
            "array schema missing items"
        );
        Add(
            "top-level union",
            Schema("""{"type":"object","properties":{},"anyOf":[]}"""),
            "not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level"
        );
        Add(
            "look-around",
            Schema("""{"type":"object","properties":{"a":{"type":"string","pattern":"^(?!x)"}}}"""),
            "lookaround"
        );
        Add(
            "tuple items",
            Schema("""{"type":"object","properties":{"a":{"type":"array","items":[{"type":"string"}]}}}"""),
            "is not of type 'object', 'boolean'"
        );
        Add(
            "required no array",
            Schema("""{"type":"object","properties":{"a":{"type":"string","required":true}}}"""),
            "'required' is not of type 'array'"
        );
        Add(
            "strict with optional",
            Schema(
                """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,"required":[]}""",
                strict: true
            ),
            "Missing 'a'"
        );
        Add(
            "strict open",
            Schema("""{"type":"object","properties":{}}""", strict: true),
            "'additionalProperties' is required to be supplied and to be false"
        );
        Add("choice unknown word", Bodies.With(("tool_choice", "\"any\"")), "Invalid value: 'any'");
        Add(
            "choice unknown tool",
            Bodies.With(("tool_choice", """{"type":"function","name":"g"}""")),
            "Tool choice 'function' not found in 'tools' parameter."
        );
        Add("choice without tools", Bodies.With(("tool_choice", "\"required\"")), "must be specified with 'tools'");
        Add("parallel no boolean", Bodies.With(("parallel_tool_calls", "1")), "Invalid type for 'parallel_tool_calls'");
        Add(
            "effort",
            Bodies.With(("reasoning", """{"effort":"minimal"}""")),
            "Unsupported value: 'minimal' is not supported with the 'gpt-5.5' model. Supported values are: 'low', 'medium', 'high', 'xhigh'."
        );
        Add(
            "effort ultra",
            Bodies.With(("model", "\"gpt-6.1-sol\""), ("reasoning", """{"effort":"ultra"}""")),
            "Unsupported value: 'ultra'"
        );
        Add("summary", Bodies.With(("reasoning", """{"summary":"none"}""")), "Invalid value: 'none'");
        Add(
            "reasoning member",
            Bodies.With(("reasoning", """{"budget":1}""")),
            "Unknown parameter: 'reasoning.budget'"
        );
        Add("include missing", Bodies.With(("include", null)), "Include must contain reasoning.encrypted_content");
        Add(
            "include unknown",
            Bodies.With(("include", """["reasoning.encrypted_content","x"]""")),
            "Invalid value: 'x'"
        );
        Add(
            "cache key too long",
            Bodies.With(("prompt_cache_key", $"\"{long64}\"")),
            "Invalid 'prompt_cache_key': string too long"
        );
        Add("tier", Bodies.With(("service_tier", "\"flex\"")), "Unsupported service_tier: flex");
        Add(
            "tier the model lacks",
            Bodies.With(("model", "\"gpt-daybreak-blue-latest\""), ("service_tier", "\"priority\"")),
            "Unsupported service_tier: priority"
        );
        Add("verbosity", Bodies.With(("text", """{"verbosity":"loud"}""")), "Invalid value: 'loud'");
        Add(
            "format without name",
            Bodies.With(("text", """{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}""")),
            "Missing required parameter: 'text.format.name'"
        );
        Add(
            "strict format",
            Bodies.With(
                (
                    "text",
                    """{"format":{"type":"json_schema","name":"o","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}}}}}"""
                )
            ),
            "invalid_json_schema"
        );
        Add("client metadata", Bodies.With(("client_metadata", """{"a":1}""")), "Invalid type for 'client_metadata.a'");
        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Refuses_with_the_words_of_the_service(string name, string body, string words)
    {
        await using var caller = await Caller.StartAsync();

        var (status, answer) = await caller.AskAsync(body);

        status.ShouldBe(400, name);
        answer.ShouldContain(words, Case.Sensitive, name);
        caller.Simulator.Requests.Refused.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Accepts_the_plain_body_and_a_valid_image_and_file()
    {
        await using var caller = await Caller.StartAsync();

        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
        (
            await caller.AskAsync(Part($$"""{"type":"input_image","image_url":"{{Png}}","detail":"auto"}"""))
        ).Status.ShouldBe(200);
        (
            await caller.AskAsync(
                Part(
                    """{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}"""
                )
            )
        ).Status.ShouldBe(200);
        caller.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_body_above_the_limit()
    {
        await using var caller = await Caller.StartAsync(new SimulatorOptions { MaximumBodyBytes = 100 });

        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(413);
    }

    [Theory]
    [InlineData("version", "0.120.0", 400, "The 'gpt-5.5' model requires a newer version of Codex.")]
    [InlineData("version", "old", 400, "requires a newer version of Codex")]
    [InlineData("version", null, 400, "requires a newer version of Codex")]
    [InlineData("accept", null, 406, "text/event-stream")]
    [InlineData("chatgpt-account-id", "other", 401, "Unauthorized")]
    [InlineData("chatgpt-account-id", null, 401, "Unauthorized")]
    [InlineData("authorization", null, 401, "Unauthorized")]
    [InlineData("authorization", "Bearer forged", 401, "Unauthorized")]
    [InlineData("x-openai-internal-codex-responses-lite", "true", 400, "requires `parallel_tool_calls` to be false")]
    public async Task Refuses_wrong_headers(string name, string? value, int status, string words)
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Headers.Remove(name);
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(words);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json", "zstd")]
    public async Task Refuses_bodies_it_cannot_read(string type, string? encoding)
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Content!.Headers.ContentType = new(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(415);
    }

    [Fact]
    public async Task Takes_the_version_from_the_user_agent_when_the_header_is_missing()
    {
        await using var caller = await Caller.StartAsync();
        using var request = caller.Request(Bodies.Plain);
        request.Headers.Remove("version");
        request.Headers.TryAddWithoutValidation("user-agent", "codex_cli_rs/0.169.0 (Debian 12.0.0; x86_64) xterm");

        using var response = await caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(200);
    }
}
