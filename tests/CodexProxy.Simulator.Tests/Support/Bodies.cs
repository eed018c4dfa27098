using System.Text.Json;

namespace CodexProxy.Simulator.Tests.Support;

/// <summary>Request bodies, written as their differences from the plainest one.</summary>
internal static class Bodies
{
    public const string Hello =
        """[{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}]""";

    public static string Plain => With();

    /// <summary>The plain body with members replaced; a null value leaves the member out.</summary>
    public static string With(params (string Name, string? Json)[] changes)
    {
        var members = new List<(string Name, string Json)>
        {
            ("model", "\"gpt-5.5\""),
            ("instructions", "\"\""),
            ("input", Hello),
            ("tools", "[]"),
            ("tool_choice", "\"auto\""),
            ("parallel_tool_calls", "true"),
            ("reasoning", """{"effort":"medium"}"""),
            ("store", "false"),
            ("stream", "true"),
            ("include", """["reasoning.encrypted_content"]"""),
            ("prompt_cache_key", "\"lane\""),
        };
        foreach (var (name, json) in changes)
        {
            var at = members.FindIndex(member => member.Name == name);
            if (json is null)
            {
                members.RemoveAt(at);
            }
            else if (at < 0)
            {
                members.Add((name, json));
            }
            else
            {
                members[at] = (name, json);
            }
        }

        return $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Json}"))}}}";
    }

    public static string Input(string items) => With(("input", items));

    public static string User(string text) =>
        $$"""{"type":"message","role":"user","content":[{"type":"input_text","text":{{Quoted(text)}}}]}""";

    public static string Says(string text, params (string Name, string? Json)[] changes) =>
        With([("input", $"[{User(text)}]"), .. changes]);

    public static string Tool(string name, string parameters = """{"type":"object","properties":{}}""") =>
        $$"""{"type":"function","name":"{{name}}","parameters":{{parameters}},"strict":false}""";

    public static string Tools(params string[] tools) => $"[{string.Join(',', tools)}]";

    public static string Quoted(string text) => JsonSerializer.Serialize(text);
}
