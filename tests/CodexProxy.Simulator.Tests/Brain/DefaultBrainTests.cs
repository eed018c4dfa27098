using System.Text.Json;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Brain;

public sealed class DefaultBrainTests
{
    private const string Coding =
        """[{"type":"function","name":"Bash","parameters":{"type":"object","properties":{}}},{"type":"function","name":"Read","parameters":{"type":"object","properties":{}}},{"type":"function","name":"Write","parameters":{"type":"object","properties":{}}},{"type":"function","name":"mcp__a_server_with_a_very_l_12345678_tool","parameters":{"type":"object","properties":{"n":{"type":"integer","minimum":3}},"required":["n"]}}]""";

    private static List<JsonElement> Items(List<JsonElement> events) =>
        [
            .. events
                .Where(happening => happening.GetProperty("type").GetString() == "response.output_item.done")
                .Select(happening => happening.GetProperty("item")),
        ];

    private static async Task<List<JsonElement>> AskAsync(string body)
    {
        await using var caller = await Caller.StartAsync();
        return Items(await caller.StreamAsync(body));
    }

    private static string Text(List<JsonElement> items) =>
        items
            .Single(item => item.GetProperty("type").GetString() == "message")
            .GetProperty("content")[0]
            .GetProperty("text")
            .GetString()!;

    private static (string Name, string Arguments)[] Calls(List<JsonElement> items) =>
        [
            .. items
                .Where(item => item.GetProperty("type").GetString() == "function_call")
                .Select(item => (item.GetProperty("name").GetString()!, item.GetProperty("arguments").GetString()!)),
        ];

    private static string Round(string text, params string[] outputs) =>
        Bodies.With(
            ("tools", Coding),
            (
                "input",
                $"[{Bodies.User(text)}{string.Concat(outputs.Select((output, i) => $$""",{"type":"function_call","call_id":"c{{i}}","name":"Bash","arguments":"{}"},{"type":"function_call_output","call_id":"c{{i}}","output":{{Bodies.Quoted(output)}}}"""))}]"
            )
        );

    [Fact]
    public async Task Answers_chat_plainly_after_thinking()
    {
        var items = await AskAsync(Bodies.Plain);

        items.Select(item => item.GetProperty("type").GetString()).ShouldBe(["reasoning", "message"]);
        Text(items).ShouldBe("You said: hello");
    }

    [Fact]
    public async Task Reminders_of_the_client_are_not_the_persons_words()
    {
        Text(await AskAsync(Bodies.Says("<system-reminder>run: rm -rf /</system-reminder>\nhello")))
            .ShouldBe("You said: hello");
    }

    [Fact]
    public async Task Directives_become_calls_in_parallel_when_the_tools_exist()
    {
        var text =
            "Please do this.\nrun: ls -l\nread: /tmp/a.txt\nwrite: /tmp/b.txt: some text\nagent: nobody offers this";

        Calls(await AskAsync(Bodies.Says(text, ("tools", Coding))))
            .ShouldBe([
                ("Bash", """{"command":"ls -l","description":"Run a command"}"""),
                ("Read", """{"file_path":"/tmp/a.txt"}"""),
                ("Write", """{"file_path":"/tmp/b.txt","content":"some text"}"""),
            ]);
    }

    [Fact]
    public async Task One_call_at_a_time_when_parallel_calls_are_off()
    {
        var body = Bodies.Says("run: a\nrun: b", ("tools", Coding), ("parallel_tool_calls", "false"));

        Calls(await AskAsync(body)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Outputs_are_quoted_once_all_rounds_are_done()
    {
        Calls(await AskAsync(Round("run: a\nthen:\nrun: b", "one")))
            .ShouldHaveSingleItem()
            .Arguments.ShouldContain("\"b\"");
        Text(await AskAsync(Round("run: a\nthen:\nrun: b", "one", "two")))
            .ShouldBe("The tool returned: one\nThe tool returned: two");
    }

    [Fact]
    public async Task Any_tool_can_be_called_also_by_the_name_it_had_before_shortening()
    {
        Calls(await AskAsync(Bodies.Says("call: mcp__a_server_with_a_very_long_name_indeed__tool", ("tools", Coding))))
            .ShouldBe([("mcp__a_server_with_a_very_l_12345678_tool", """{"n":3}""")]);
        Calls(await AskAsync(Bodies.Says("call: Bash {\"command\":\"x\"}", ("tools", Coding))))
            .ShouldBe([("Bash", """{"command":"x"}""")]);
    }

    [Theory]
    [InlineData("\"required\"", "Bash")]
    [InlineData("""{"type":"function","name":"Read"}""", "Read")]
    public async Task A_forced_choice_is_obeyed(string choice, string name)
    {
        Calls(await AskAsync(Bodies.Says("hello", ("tools", Coding), ("tool_choice", choice))))
            .ShouldHaveSingleItem()
            .Name.ShouldBe(name);
    }

    [Fact]
    public async Task No_tool_is_called_when_none_may_be()
    {
        Calls(await AskAsync(Bodies.Says("run: ls", ("tools", Coding), ("tool_choice", "\"none\"")))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Structured_output_is_an_instance_of_the_schema()
    {
        const string schema =
            """{"type":"object","properties":{"title":{"type":"string"},"kind":{"enum":["a","b"]},"tags":{"type":"array","items":{"$ref":"#/$defs/tag"},"minItems":1},"optional":{"type":"string"},"n":{"anyOf":[{"type":"integer","minimum":2},{"type":"null"}]}},"required":["title","kind","tags","n"],"$defs":{"tag":{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}}}""";
        var body = Bodies.With(
            ("text", $$$"""{"format":{"type":"json_schema","name":"output","strict":false,"schema":{{{schema}}}}}""")
        );

        Text(await AskAsync(body)).ShouldBe("""{"title":"simulated","kind":"a","tags":[{"ok":true}],"n":2}""");
    }

    [Fact]
    public async Task The_structured_output_tool_is_called_once_and_last()
    {
        var tools = Bodies.Tools(
            Bodies.Tool("Bash"),
            Bodies.Tool(
                "StructuredOutput",
                """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"""
            )
        );

        Calls(await AskAsync(Bodies.Says("run: ls", ("tools", tools)))).ShouldHaveSingleItem().Name.ShouldBe("Bash");
        Calls(await AskAsync(Bodies.Says("hello", ("tools", tools))))
            .ShouldBe([("StructuredOutput", """{"a":"simulated"}""")]);
    }

    [Fact]
    public async Task A_compaction_request_gets_analysis_and_summary()
    {
        var text = Text(
            await AskAsync(Bodies.Says("Write an <analysis> and then a <summary> of this.", ("tools", Coding)))
        );

        text.ShouldStartWith("<analysis>");
        text.ShouldContain("<summary>");
        text.ShouldEndWith("</summary>");
    }

    [Fact]
    public async Task A_safety_check_gets_a_severity()
    {
        Text(await AskAsync(Bodies.Says("check", ("instructions", "\"Answer with <severity>N</severity>.\""))))
            .ShouldBe("<severity>0</severity>");
    }

    [Fact]
    public async Task Hosted_search_searches_and_cites()
    {
        var items = await AskAsync(
            Bodies.Says(
                "Perform a web search for the query: tea",
                ("tools", """[{"type":"web_search","external_web_access":true}]""")
            )
        );

        items
            .Select(item => item.GetProperty("type").GetString())
            .ShouldBe(["reasoning", "web_search_call", "message"]);
        items[1].GetProperty("action").GetProperty("query").GetString().ShouldBe("tea");
        items[2].GetProperty("content")[0].GetProperty("annotations").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_compaction_trigger_gets_one_sealed_item()
    {
        var items = await AskAsync(Bodies.Input($$"""[{{Bodies.User("hi")}},{"type":"compaction_trigger"}]"""));

        items.ShouldHaveSingleItem().GetProperty("type").GetString().ShouldBe("compaction");
    }
}
