using static CodexProxy.Tests.BadInput.Mutations;
using static CodexProxy.Tests.BadInput.ProtocolFace;

namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests of Chat Completions that need a sentence of their own.</summary>
internal static class ChatTable
{
    private const string Tool = """{"type":"function","function":{"name":"x"}}""";

    public static IReadOnlyList<BadRequest> Contradictions { get; } =
    [
        Contradiction(
            "tool_choice.function.name",
            With(
                """
                "tool_choice":{"type":"function","function":{"name":"x"}}
                """
            )
        ),
        Contradiction("tool_choice", With("\"tool_choice\":\"required\"")),
        Contradiction(
            "tool_choice.custom.name",
            With(
                $$$"""
                "tools":[{{{Tool}}}],"tool_choice":{"type":"custom","custom":{"name":"x"}}
                """
            )
        ),
        Contradiction(
            "tool_choice.allowed_tools.tools[0].function.name",
            With(
                $$$"""
                "tools":[{{{Tool}}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"y"}}]}}
                """
            )
        ),
        Contradiction("function_call.name", With("\"function_call\":{\"name\":\"x\"}")),
        Contradiction("tools[1]", With($"\"tools\":[{Tool},{Tool}]")),
        Contradiction("functions[0]", With($"\"tools\":[{Tool}],\"functions\":[{{\"name\":\"x\"}}]")),
        Contradiction("n", With("\"n\":2")),
        Contradiction("logprobs", With("\"logprobs\":true")),
        Contradiction("top_logprobs", With("\"top_logprobs\":3")),
        Contradiction("logit_bias", With("\"logit_bias\":{\"1\":2}")),
        Contradiction("audio", With("\"audio\":{\"voice\":\"x\"}")),
        Contradiction("modalities[1]", With("\"modalities\":[\"text\",\"audio\"]")),
        Contradiction("response_format.json_schema", With("\"response_format\":{\"type\":\"json_schema\"}")),
        Contradiction(
            "response_format.json_schema.schema",
            With(
                """
                "response_format":{"type":"json_schema","json_schema":{"name":"x"}}
                """
            )
        ),
        Contradiction("messages", Saying("")),
        Contradiction("messages", Saying("""{"role":"user","content":" "}""")),
        Contradiction(
            "messages[0].content[0].file.file_id",
            Saying(Part("""{"type":"file","file":{"file_id":"f"}}"""))
        ),
        Contradiction(
            "messages[0].content[0].file.file_id",
            Saying(Part("""{"type":"file","file":{"file_id":"f","file_data":"data:text/plain;base64,YQ=="}}"""))
        ),
        Contradiction(
            "messages[0].content[0].file.file_data",
            Saying(Part("""{"type":"file","file":{"filename":"a"}}"""))
        ),
        Contradiction(
            "messages[0].content[0].image_url.url",
            Saying(Part("""{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}"""))
        ),
        Contradiction(
            "messages[0].content[0].image_url.url",
            Saying(Part("""{"type":"image_url","image_url":{"url":"data:image/png;base64,*"}}"""))
        ),
        Contradiction("messages[0].content[0]", Saying(Part("""{"type":"input_audio","input_audio":{}}"""))),
        Contradiction("messages[0].tool_call_id", Saying("""{"role":"tool","content":"a"}""")),
        Contradiction("messages[0].name", Saying("""{"role":"function","content":"a"}""")),
        Large(With($"\"tools\":[{Many("""{"type":"function","function":{"name":"t#"}}""", 15_000)}]")),
        Large(With($"\"functions\":[{Many("{\"name\":\"t#\"}")}]")),
        Large(With($"\"stop\":[{Many("\"s#\"")}]")),
        Large(With(Many("\"m#\":1"))),
        Large(Saying(Many("""{"role":"user","content":"a#"}""", 10_000))),
        Large(
            Saying(
                $$"""
                {"role":"assistant","tool_calls":[{{Many("""{"id":"c","function":{"name":"t"}}""", 8_000)}}]},
                {{Many("""{"role":"tool","tool_call_id":"c","content":"a"}""", 8_000)}}
                """
            )
        ),
        Large(Saying($$"""{"role":"user","content":"{{new string('a', 900_000)}}"}""")),
    ];

    public static IReadOnlyList<Tolerance> Tolerated { get; } =
    [
        .. Tolerance.Common,
        new(
            Tolerance.Optional,
            @"stream|stream_options(\.include_usage)?|tool_choice|function_call|parallel_tool_calls|reasoning_effort|verbosity|response_format(\.json_schema\.(name|strict))?|max_completion_tokens|max_tokens|stop|n|logprobs|top_logprobs|logit_bias|modalities|prompt_cache_key|service_tier|temperature|user|web_search_options(\..*)?|messages\[\d\]\.(name|refusal|tool_calls|function_call)|.*\.(detail|filename|description|strict|parameters|format|arguments|id)",
            "The member is optional; null is the same as none."
        ),
        new(
            [Empty],
            @"stream_options|logit_bias|modalities|stop|web_search_options(\.user_location(\.approximate)?)?|messages\[2\]\.tool_calls",
            "Nothing in it is the same as none."
        ),
        new(
            [.. Tolerance.Optional, Empty, AsText],
            @"messages\[\d\]\.content",
            "Empty content is no content, a text is one part."
        ),
        new([AsText], @"messages\[\d\]\.content\[\d\]", "A text is a part of text."),
        new([ManyElements], ".*", "Any number will do."),
        new([AsText], "stop", "A text is a form of its own."),
        new(
            Tolerance.AnyText,
            @"messages\[\d\]\.(content|refusal|name)|.*\.(text|filename|description|arguments|definition|id|tool_call_id|name)|stop\[0\]|prompt_cache_key|.*\.country",
            "Any text will do; names and ids are made such as the upstream takes them."
        ),
        new([LongText, Empty], @".*\.file_data", "It is base64, if not of much."),
        new([AsObject], @".*\.arguments", "An object is the arguments already parsed."),
        new(
            [UnknownWord, .. Tolerance.AnyText],
            @"messages\[\d\]\.(content\[\d\]|tool_calls\[0\])\.type|tools\[\d\]\.type|reasoning_effort|verbosity|service_tier|.*\.search_context_size|.*\.user_location\.type",
            "Words newer than this program are not refused."
        ),
        new(
            Tolerance.Optional,
            @"tools\[0\]\.type|messages\[2\]\.tool_calls\[0\]\.type",
            "Without a type it is a function."
        ),
        new(
            [],
            @"(tools\[0\]\.function\.parameters|functions\[0\]\.parameters|response_format\.json_schema\.schema)\..*",
            "Schemas are mended or left to the backend."
        ),
        new([Empty], @".*\.parameters", "Schemas are mended or left to the backend."),
        new([], "temperature|user", "It is not sent, whatever it is."),
    ];

    public static IReadOnlyList<(string Field, string Words)> OtherWords { get; } =
    [
        (@"tools(\[.*)?", "tool_choice.function.name"),
        (@"tools\[1\]\.type", "tools[1].function"),
        (@"functions(\[.*)?", "function_call.name"),
        (@"functions\[0\]\.parameters.*", "function 'read'"),
        (@"tool_choice\.function(\..*)?", "tool_choice.name"),
        (@"response_format\.json_schema\.schema.*", "response_format"),
        (@"tools\[0\]\.function\.parameters.*", "function 'read'"),
    ];

    private static string With(string members) =>
        $$"""{"model":"gpt-5.5","messages":[{"role":"user","content":"a"}],{{members}}}""";

    private static string Saying(string messages) => $$"""{"model":"gpt-5.5","messages":[{{messages}}]}""";

    private static string Part(string part) => $$"""{"role":"user","content":[{{part}}]}""";
}
