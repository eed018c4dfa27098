using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Strictness;

public sealed class ToolRefusalTests
{
    private static string Schema(string schema, bool strict = false) =>
        Bodies.With(
            (
                "tools",
                $$"""[{"type":"function","name":"f","parameters":{{schema}},"strict":{{(strict ? "true" : "false")}}}]"""
            )
        );

    public static TheoryData<string, string, string> Faults()
    {
        var tooLong = new string('x', 65);
        var data = new TheoryData<string, string, string>();
        data.Add("tools no array", Bodies.With(("tools", "{}")), "Invalid type for 'tools'");
        data.Add(
            "tool type",
            Bodies.With(("tools", """[{"type":"bash_20250124"}]""")),
            "Invalid value: 'bash_20250124'"
        );
        data.Add(
            "tool name",
            Bodies.With(("tools", Bodies.Tools(Bodies.Tool("a b")))),
            "string does not match pattern"
        );
        data.Add(
            "tool name too long",
            Bodies.With(("tools", Bodies.Tools(Bodies.Tool(tooLong)))),
            "Invalid 'tools[0].name': string too long"
        );
        data.Add(
            "tool member",
            Bodies.With(("tools", """[{"type":"function","name":"f","input_schema":{}}]""")),
            "Unknown parameter: 'tools[0].input_schema'"
        );
        data.Add(
            "tool cache control",
            Bodies.With(("tools", """[{"type":"function","name":"f","parameters":{},"cache_control":{}}]""")),
            "Unknown parameter: 'tools[0].cache_control'"
        );
        data.Add(
            "tool without parameters",
            Bodies.With(("tools", """[{"type":"function","name":"f"}]""")),
            "Missing required parameter: 'tools[0].parameters'"
        );
        data.Add(
            "tool twice",
            Bodies.With(("tools", Bodies.Tools(Bodies.Tool("f"), Bodies.Tool("f")))),
            "Duplicate tool name: 'f'"
        );
        data.Add(
            "search filter",
            Bodies.With(("tools", """[{"type":"web_search","filters":{"blocked_domains":["x"]}}]""")),
            "Unknown parameter: 'tools[0].filters.blocked_domains'"
        );
        data.Add("schema no object", Schema("""{"type":"string"}"""), "got 'type: \\\"string\\\"'");
        data.Add("schema without type", Schema("{}"), "got 'type: \\\"None\\\"'");
        data.Add("schema without properties", Schema("""{"type":"object"}"""), "object schema missing properties");
        data.Add(
            "inner without properties",
            Schema("""{"type":"object","properties":{"a":{"type":"object"}}}"""),
            "In context=('properties', 'a'), object schema missing properties"
        );
        data.Add(
            "array without items",
            Schema("""{"type":"object","properties":{"a":{"type":"array"}}}"""),
            "array schema missing items"
        );
        data.Add(
            "top-level union",
            Schema("""{"type":"object","properties":{},"anyOf":[]}"""),
            "not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level"
        );
        data.Add(
            "look-around",
            Schema("""{"type":"object","properties":{"a":{"type":"string","pattern":"^(?!x)"}}}"""),
            "lookaround"
        );
        data.Add(
            "tuple items",
            Schema("""{"type":"object","properties":{"a":{"type":"array","items":[{"type":"string"}]}}}"""),
            "is not of type 'object', 'boolean'"
        );
        data.Add(
            "required no array",
            Schema("""{"type":"object","properties":{"a":{"type":"string","required":true}}}"""),
            "'required' is not of type 'array'"
        );
        data.Add(
            "strict with optional",
            Schema(
                """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,"required":[]}""",
                strict: true
            ),
            "Missing 'a'"
        );
        data.Add(
            "strict open",
            Schema("""{"type":"object","properties":{}}""", strict: true),
            "'additionalProperties' is required to be supplied and to be false"
        );
        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Refuses_with_the_words_of_the_service(string name, string body, string words) =>
        Refusals.ShouldBeGivenAsync(name, body, words);
}
