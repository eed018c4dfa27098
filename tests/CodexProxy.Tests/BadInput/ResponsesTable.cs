using static CodexProxy.Tests.BadInput.Mutations;
using static CodexProxy.Tests.BadInput.ProtocolFace;

namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests of the Responses API that need a sentence of their own.</summary>
internal static class ResponsesTable
{
    private const string Tool = """{"type":"function","name":"x"}""";

    public static IReadOnlyList<BadRequest> Contradictions { get; } =
    [
        Contradiction("background", With("\"background\":true")),
        Contradiction("previous_response_id", With("\"previous_response_id\":\"resp_0\"")),
        Contradiction("previous_response_id", With("\"previous_response_id\":\"\"")),
        Contradiction("tool_choice", With("\"tool_choice\":{\"type\":\"function\",\"name\":\"x\"}")),
        Contradiction("tool_choice", With("\"tool_choice\":\"any\"")),
        Contradiction(
            "tool_choice.tools",
            With(
                $$$"""
                "tools":[{{{Tool}}}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[]}
                """
            )
        ),
        Contradiction("tools[1].name", With($"\"tools\":[{Tool},{Tool}]")),
        Contradiction("tools[0].name", With("\"tools\":[{\"type\":\"function\",\"name\":\"a b\"}]")),
        Contradiction("text.format.schema", With("\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\"}}")),
        Contradiction("text.format.type", With("\"text\":{\"format\":{\"type\":\"xml\"}}")),
        Contradiction("input", """{"model":"gpt-5.5"}"""),
        Contradiction("input", Having("")),
        Contradiction("input", Having("""{"type":"function_call","call_id":"c","name":"x","arguments":"{}"}""")),
        Contradiction("input", Having("""{"type":"function_call_output","call_id":"c","output":"a"}""")),
        Contradiction("input[0].id", Having("""{"type":"item_reference","id":"msg_0"}""")),
        Contradiction("input[0].id", Having("""{"type":"item_reference"}""")),
        Contradiction("input[0].role", Having("""{"type":"message","role":"narrator","content":"a"}""")),
        Contradiction("input[0].role", Having("""{"type":"message","content":"a"}""")),
        Contradiction("input[0].content", Having("""{"role":"user"}""")),
        Contradiction("input[0].content[0]", Having("""{"role":"user","content":[{"type":"input_file"}]}""")),
        Contradiction("input[0].type", Having("""{"content":"a"}""")),
        Contradiction("input[0].output", Having("""{"type":"function_call_output","call_id":"c"}""")),
        Contradiction("input[0].call_id", Having("""{"type":"function_call","name":"x"}""")),
        Contradiction("input[0].type", Having("""{"type":"no_such_item"}""")),
        Large(With($"\"tools\":[{Many("""{"type":"function","name":"t#"}""")}]")),
        Large(With(Many("\"m#\":1"))),
        Large(
            With(
                $$"""
                "metadata":{{{Many("\"m#\":\"a\"")}}}
                """
            )
        ),
        Large(Having(Many("""{"role":"user","content":"a#"}""", 10_000))),
        Large(
            Having(
                Many("""{"type":"function_call","call_id":"c#","name":"t","arguments":""}""", 6_000)
                    + ","
                    + Many("""{"type":"function_call_output","call_id":"c#","output":""}""", 6_000)
            )
        ),
        Large(Having($$"""{"role":"user","content":"{{new string('a', 900_000)}}"}""")),
    ];

    public static IReadOnlyList<Tolerance> Tolerated { get; } =
    [
        .. Tolerance.Common,
        new(
            Tolerance.Optional,
            @"stream|store|background|instructions|include|tools|tool_choice|parallel_tool_calls|reasoning(\.(effort|summary))?|prompt_cache_key|service_tier|text(\.(verbosity|format|format\.strict))?|client_metadata|input\[\d\]\.(id|status|summary|encrypted_content|arguments)|.*\.(detail|description|strict|parameters|format)|input\[(0|2)\]\.type",
            "The member is optional; null is the same as none."
        ),
        new([Missing], @"client_metadata\.a", "The member is optional."),
        new(
            [Empty],
            @"include|tools|reasoning|text|client_metadata|input\[\d\]\.(content|output|summary)",
            "Nothing in it is the same as none."
        ),
        new([AsText], @"input|input\[\d\]\.(content|output)", "A text is a form of its own."),
        new([ManyElements], ".*", "Any number will do."),
        new(
            Tolerance.AnyText,
            @"instructions|prompt_cache_key|client_metadata\.a|.*\.(text|file_data|filename|id|encrypted_content|arguments|output|input|description|definition)",
            "Any text will do."
        ),
        new(
            [LongText, Control, HalfPair],
            @"input\[5\]\.name|tool_choice\.tools\[0\]\.name",
            "It is passed on as it is, for the backend to judge."
        ),
        new(
            [UnknownWord, .. Tolerance.AnyText],
            @"tools\[\d\]\.type|service_tier|reasoning\.effort",
            "Words newer than this program are not refused."
        ),
        new([], @"tools\[2\]\.search_context_size", "It is passed on as it is, for the backend to judge."),
        new(
            [],
            @"input\[2\]\.status|max_output_tokens|temperature|metadata(\..*)?|truncation",
            "It is not sent, whatever it is."
        ),
        new([], @"(tools\[0\]\.parameters|text\.format\.schema)\..*", "Schemas are mended or left to the backend."),
        new([Empty], @"tools\[0\]\.parameters", "Schemas are mended or left to the backend."),
    ];

    public static IReadOnlyList<(string Field, string Words)> OtherWords { get; } =
    [
        (@"tools(\[.*)?|tool_choice(\..*)?", "Tool choice"),
        (@"text\.format\.schema.*", "response_format"),
        (@"tools\[0\]\.parameters.*", "function 'read'"),
        (@"input\[\d\].*", "No tool call found"),
        (@"input\[\d\].*", "No tool output found"),
    ];

    private static string With(string members) => $$"""{"model":"gpt-5.5","input":"a",{{members}}}""";

    private static string Having(string items) => $$"""{"model":"gpt-5.5","input":[{{items}}]}""";
}
