using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class ItemRefusalTests
{
    private const string Png =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAF0lEQVR4nGP4z8BAEiJN9aiGUQ1DSgMAkPn/Afnh+ngAAAAASUVORK5CYII=";

    private static string Call(string id, string name = "f") =>
        $$"""{"type":"function_call","call_id":"{{id}}","name":"{{name}}","arguments":"{}"}""";

    private static string Output(string id, string output = "\"ok\"") =>
        $$"""{"type":"function_call_output","call_id":"{{id}}","output":{{output}}}""";

    private static string Part(string part, string role = "user") =>
        Bodies.Input($$"""[{"type":"message","role":"{{role}}","content":[{{part}}]}]""");

    public static TheoryData<string, string, string> Faults()
    {
        var tooLong = new string('x', 65);
        var data = new TheoryData<string, string, string>();
        data.Add("input a string", Bodies.With(("input", "\"hi\"")), "Input must be a list");
        data.Add("input empty", Bodies.With(("input", "[]")), "empty_array");
        data.Add("item type", Bodies.Input("""[{"type":"mess"}]"""), "Invalid value: 'mess'");
        data.Add(
            "item without type",
            Bodies.Input("""[{"role":"user","content":[]}]"""),
            "Missing required parameter: 'input[0].type'"
        );
        data.Add(
            "item member",
            Bodies.Input("""[{"type":"message","role":"user","content":[],"cache_control":{}}]"""),
            "Unknown parameter: 'input[0].cache_control'"
        );
        data.Add(
            "system role",
            Part("""{"type":"input_text","text":"x"}""", "system"),
            "System messages are not allowed"
        );
        data.Add("tool role", Part("""{"type":"input_text","text":"x"}""", "tool"), "Invalid value: 'tool'");
        data.Add(
            "phase",
            Bodies.Input("""[{"type":"message","role":"assistant","phase":"last","content":[]}]"""),
            "Invalid value: 'last'"
        );
        data.Add(
            "no content",
            Bodies.Input("""[{"type":"message","role":"user"}]"""),
            "Missing required parameter: 'input[0].content'"
        );
        data.Add(
            "null content",
            Bodies.Input("""[{"type":"message","role":"user","content":null}]"""),
            "one of a string or array of objects"
        );
        data.Add(
            "input part of assistant",
            Part("""{"type":"input_text","text":"x"}""", "assistant"),
            "Supported values are: 'output_text', 'refusal'"
        );
        data.Add("output part of user", Part("""{"type":"output_text","text":"x"}"""), "Invalid value: 'output_text'");
        data.Add("Anthropic part", Part("""{"type":"text","text":"x"}"""), "Invalid value: 'text'");
        data.Add(
            "cache breakpoint",
            Part("""{"type":"input_text","text":"x","prompt_cache_breakpoint":{}}"""),
            "Unknown parameter: 'input[0].content[0].prompt_cache_breakpoint'"
        );
        data.Add(
            "id too long",
            Bodies.Input($$"""[{"type":"message","id":"msg_{{tooLong}}","role":"user","content":[]}]"""),
            "string_above_max_length"
        );
        data.Add(
            "id prefix",
            Bodies.Input("""[{"type":"function_call","id":"item_1","call_id":"c","name":"f","arguments":"{}"}]"""),
            "Invalid 'input[0].id': 'item_1'. Expected an ID that begins with 'fc'."
        );
        data.Add(
            "call id too long",
            Bodies.Input($"[{Call(tooLong)}]"),
            "Invalid 'input[0].call_id': string too long. Expected a string with maximum length 64, but got a string with length 65 instead."
        );
        data.Add("call name", Bodies.Input($"[{Call("c", "a.b")},{Output("c")}]"), "string does not match pattern");
        data.Add(
            "call name too long",
            Bodies.Input($"[{Call("c", tooLong)},{Output("c")}]"),
            "Invalid 'input[0].name': string too long"
        );
        data.Add(
            "arguments no string",
            Bodies.Input("""[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]"""),
            "Invalid type for 'input[0].arguments'"
        );
        data.Add(
            "call without output",
            Bodies.Input($"[{Call("call_1")}]"),
            "No tool output found for function call call_1."
        );
        data.Add(
            "output without call",
            Bodies.Input($"[{Output("call_1")}]"),
            "No tool call found for function call output with call_id call_1."
        );
        data.Add("output before call", Bodies.Input($"[{Output("call_1")},{Call("call_1")}]"), "No tool call found");
        data.Add("two outputs", Bodies.Input($"[{Call("c")},{Output("c")},{Output("c")}]"), "No tool call found");
        data.Add("two calls of one id", Bodies.Input($"[{Call("c")},{Call("c")},{Output("c")}]"), "Duplicate call_id");
        data.Add(
            "is_error on output",
            Bodies.Input(
                $$"""[{{Call("c")}},{"type":"function_call_output","call_id":"c","output":"x","is_error":true}]"""
            ),
            "Unknown parameter: 'input[1].is_error'"
        );
        data.Add(
            "output missing",
            Bodies.Input($$"""[{{Call("c")}},{"type":"function_call_output","call_id":"c"}]"""),
            "Missing required parameter: 'input[1].output'"
        );
        data.Add(
            "file in output",
            Bodies.Input(
                $$"""[{{Call("c")}},{{Output("c", """[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}]""")}}]"""
            ),
            "Invalid value: 'input_file'"
        );
        data.Add(
            "image that is text",
            Part("""{"type":"input_image","image_url":"data:image/png;base64,aGVsbG8gd29ybGQh"}"""),
            "does not represent a valid image"
        );
        data.Add(
            "image of another type",
            Part($$"""{"type":"input_image","image_url":"{{Png.Replace("png", "jpeg", StringComparison.Ordinal)}}"}"""),
            "does not represent a valid image"
        );
        data.Add(
            "image type",
            Part("""{"type":"input_image","image_url":"data:image/bmp;base64,Qk0="}"""),
            "unsupported_image_media_type"
        );
        data.Add(
            "image no base64",
            Part("""{"type":"input_image","image_url":"data:image/png;base64,***"}"""),
            "Expected a base64-encoded data URL"
        );
        data.Add(
            "image http",
            Part("""{"type":"input_image","image_url":"http://example.com/a.png"}"""),
            "Expected a base64-encoded data URL"
        );
        data.Add(
            "image detail",
            Part($$"""{"type":"input_image","image_url":"{{Png}}","detail":"huge"}"""),
            "Invalid value: 'huge'"
        );
        data.Add(
            "file no PDF",
            Part("""{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,aGVsbG8="}"""),
            "does not represent a valid PDF"
        );
        data.Add(
            "file without name",
            Part("""{"type":"input_file","file_data":"data:application/pdf;base64,JVBERi0xLjQK"}"""),
            "Missing required parameter: 'input[0].content[0].filename'"
        );
        data.Add(
            "reasoning without seal",
            Bodies.Input("""[{"type":"reasoning","summary":[]}]"""),
            "Missing required parameter: 'input[0].encrypted_content'"
        );
        data.Add(
            "reasoning without summary",
            Bodies.Input("""[{"type":"reasoning","encrypted_content":"x"}]"""),
            "Missing required parameter: 'input[0].summary'"
        );
        data.Add(
            "reasoning last",
            Bodies.Input("""[{"type":"reasoning","summary":[],"encrypted_content":"x"}]"""),
            "without its required following item"
        );
        data.Add(
            "invented seal",
            Bodies.Input(
                """[{"type":"reasoning","summary":[],"encrypted_content":"gAAAAABfake"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}]"""
            ),
            "\"code\":\"invalid_encrypted_content\""
        );
        data.Add(
            "lite item without header",
            Bodies.Input("""[{"type":"additional_tools","role":"developer","tools":[]}]"""),
            "Invalid value: 'additional_tools'"
        );
        data.Add(
            "search action",
            Bodies.Input("""[{"type":"web_search_call","status":"completed","action":{"type":"guess"}}]"""),
            "Invalid value: 'guess'"
        );
        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Refuses_with_the_words_of_the_service(string name, string body, string words) =>
        Refusals.ShouldBeGivenAsync(name, body, words);

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
}
