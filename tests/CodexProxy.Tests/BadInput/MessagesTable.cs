using static CodexProxy.Tests.BadInput.Mutations;
using static CodexProxy.Tests.BadInput.ProtocolFace;

namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests of the Messages API that need a sentence of their own.</summary>
internal static class MessagesTable
{
    public static IReadOnlyList<BadRequest> Contradictions { get; } =
    [
        Contradiction("tool_choice.name", With("\"tool_choice\":{\"type\":\"tool\",\"name\":\"X\"}")),
        Contradiction("tool_choice.name", With("\"tool_choice\":{\"type\":\"tool\"},\"tools\":[{\"name\":\"X\"}]")),
        Contradiction("tool_choice", With("\"tool_choice\":{\"type\":\"any\"}")),
        Contradiction("tool_choice", With("\"tool_choice\":\"required\"")),
        Contradiction("tools.1.name", With("\"tools\":[{\"name\":\"X\"},{\"name\":\"X\"}]")),
        Contradiction("tools", With("\"tools\":[{\"type\":\"mcp_toolset\",\"mcp_server_name\":\"m\"}]")),
        Contradiction("mcp_servers", With("\"mcp_servers\":[{\"type\":\"url\",\"url\":\"https://x\"}]")),
        Contradiction("compaction", With("\"compaction\":{}")),
        Contradiction("thread", With("\"thread\":{\"type\":\"create\"}")),
        Contradiction("container.skills", With("\"container\":{\"skills\":[{}]}")),
        Contradiction("stop_sequences", With("\"stop_sequences\":[\"   \"]")),
        Contradiction("output_config.format.schema", With("\"output_config\":{\"format\":{\"type\":\"json_schema\"}}")),
        Contradiction("output_format.type", With("\"output_format\":{\"type\":\"xml\"}")),
        Contradiction("messages", Saying("")),
        Contradiction("messages", Saying("""{"role":"user","content":" "}""")),
        Contradiction("messages", Saying("""{"role":"system","content":[]}""")),
        Contradiction(
            "messages.0.content.0",
            Saying(Block("""{"type":"image","source":{"type":"file","file_id":"f"}}"""))
        ),
        Contradiction(
            "messages.0.content.0",
            Saying(Block("""{"type":"document","source":{"type":"file","file_id":"f"}}"""))
        ),
        Contradiction("messages.0.content.0.source.url", Saying(Block("""{"type":"image","source":{"type":"url"}}"""))),
        Contradiction(
            "messages.0.content.0",
            Saying(Block("""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"*"}}"""))
        ),
        Contradiction(
            "messages.0.content.0.source",
            Saying(Block("""{"type":"document","source":{"type":"base64","media_type":"text/plain","data":"*"}}"""))
        ),
        Contradiction(
            "messages.0.content.0",
            Saying(
                Block("""{"type":"document","source":{"type":"base64","media_type":"application/zip","data":"AA=="}}""")
            )
        ),
        Contradiction(
            "metadata.user_id",
            With(
                """
                "metadata":{"user_id":"{\"session_id\":\"\\ud800\"}"}
                """
            )
        ),
        Contradiction("metadata.user_id", With("\"metadata\":{\"user_id\":\"{}{}\"}")),
        Large(With($"\"tools\":[{Many("{\"name\":\"t#\"}")}]")),
        Large(With($"\"tools\":[{{\"name\":\"t\",\"input_schema\":{{\"properties\":{{{Many("\"p#\":{}")}}}}}}}]")),
        Large(With($"\"stop_sequences\":[{Many("\"s#\"")}]")),
        Large(With(Many("\"m#\":1"))),
        Large(Saying(Many("""{"role":"user","content":"a#"}""", 10_000))),
        Large(
            Saying(
                $$"""
                {"role":"assistant","content":[{{Many("""{"type":"tool_use","id":"c","name":"t"}""", 8_000)}}]},
                {"role":"user","content":[{{Many("""{"type":"tool_result","tool_use_id":"c"}""", 8_000)}}]}
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
            @"stream|system|tools\.\d\.(description|strict|input_schema|max_uses|allowed_domains)|tool_choice|tool_choice\.disable_parallel_tool_use|thinking|thinking\.(budget_tokens|display)|output_config(\.(effort|format))?|stop_sequences|metadata(\.user_id)?|speed|temperature|context_management(\.edits(\.0\.(keep|trigger|exclude_tools)(\.\w+)?)?)?|.*\.(title|is_error|thinking|signature|input)",
            "The member is optional; null is the same as none."
        ),
        new(
            [Empty],
            @"system|stop_sequences|metadata|output_config|context_management(\.edits(\.0\.(keep|trigger|exclude_tools))?)?|tools\.1\.allowed_domains",
            "Nothing in it is the same as none."
        ),
        new(
            [.. Tolerance.Optional, Empty, AsText, AsObject],
            @"messages\.\d\.content(\.0\.content)?",
            "Empty content is no content, a text or an object is one block (repair R12)."
        ),
        new([AsText], @"messages\.\d\.content\.\d(\.content\.0)?|system", "A text is a block of text."),
        new([ManyElements], ".*", "Any number will do."),
        new(
            Tolerance.AnyText,
            @".*\.(text|title|thinking|signature|description|user_id)|messages\.0\.content\.2\.source\.data|(system|messages|stop_sequences|tools\.1\.allowed_domains|context_management\.edits\.0\.exclude_tools)\.\d",
            "Any text will do."
        ),
        new(
            [AsNumber, AsObject, AsArray, AsTruth],
            @"messages\.1\.content\.0\.thinking",
            "Only the signature of a thinking block counts."
        ),
        new(
            [.. Tolerance.AnyText, .. Tolerance.Optional, UnknownWord],
            @".*source\.media_type",
            "A text document is text."
        ),
        new(Tolerance.AnyText, @".*\.(id|tool_use_id|name)", "Ids and names are made such as the upstream takes them."),
        new([Missing, Null], @"tools\.1\.name", "A tool of the API has its type as name."),
        new(
            [UnknownWord, .. Tolerance.AnyText],
            @"(messages|system|tools)\..*\.(type|role)|context_management\..*\.type|thinking\.type|thinking\.display|output_config\.effort|speed",
            "Words newer than this program are not refused."
        ),
        new(
            [Missing, Null],
            @"system\.0\.type|tools\.1\.type|context_management\.edits\.0\.(keep|trigger)\.type",
            "It has a default."
        ),
        new(
            [AsText, AsNumber],
            @"context_management\.edits\.0\.(keep|trigger)",
            "A bare number or a word is a form of its own."
        ),
        new(
            [],
            @"(tools\.0\.input_schema|output_config\.format\.schema)\..*",
            "Schemas are mended or left to the backend."
        ),
        new([Empty], @"tools\.0\.input_schema", "Schemas are mended or left to the backend."),
        new([], @"messages\.1\.content\.2\.input(\..*)?", "Input of a tool may be anything."),
        new([], "temperature", "It is not sent, whatever it is."),
        new(["contradiction"], @"metadata\.user_id", "It is searched for a session and not needed."),
    ];

    public static IReadOnlyList<Tolerance> ToleratedInCounts { get; } =
    [
        new(Tolerance.Optional, "max_tokens", "A count needs no limit."),
        new([LongText], @"messages\.0\.content\.1\.source\.data", "Whether it is a picture is for the backend to say."),
        new([Empty], @"output_config\.format\.schema", "Schemas are mended or left to the backend."),
    ];

    public static IReadOnlyList<(string Field, string Words)> OtherWords { get; } =
    [
        // The sentence that clients know.
        (@"tools(\..*)?|tool_choice\.name", "not found in provided tools"),
        (@"output_config\.format\.schema.*", "response_format"),
        (@"tools\.0\.input_schema.*", "tools.0.custom.input_schema"),
        (@"messages", "prompt is too long"),
        (@"messages\.0\.content\.1\.source\.data", "Could not process image"),
    ];

    private static string With(string members) =>
        $$"""{"model":"gpt-5.5","max_tokens":64,"messages":[{"role":"user","content":"a"}],{{members}}}""";

    private static string Saying(string messages) =>
        $$"""{"model":"gpt-5.5","max_tokens":64,"messages":[{{messages}}]}""";

    private static string Block(string block) => $$"""{"role":"user","content":[{{block}}]}""";
}
