using System.Text.Json;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Pictures and documents that tools return.</summary>
public sealed class MediaTests
{
    private const string Server = "observatory";
    private const string Tool = "mcp__observatory__take_a_rather_long_winded_picture_of_the_current_state_of_the_sky";

    [RealClientFact]
    public async Task A_picture_is_seen_where_the_call_was_made()
    {
        await using var stage = await Stage.OpenAsync();
        var path = stage.Workspace.Write("red.png", SampleFiles.Picture);
        stage.Upstream.Next(Turn.Calls(ToolCall.Read(path)));
        stage.Upstream.Next(Turn.Text("It is red."));

        var run = await stage.AskAsync("What colour is red.png?");

        run.Answer.ShouldBe("It is red.", run.ToString());
        stage.ShouldHaveAsked(2);
        var output = stage.Asked[1].FunctionOutputs.ShouldHaveSingleItem().Output;
        var image = output.EnumerateArray().Single(part => part.GetProperty("type").GetString() == "input_image");
        BytesOf(image.GetProperty("image_url")).ShouldBe(SampleFiles.Picture);
    }

    [RealClientFact]
    public async Task A_document_follows_the_outputs_as_a_file()
    {
        await using var stage = await Stage.OpenAsync();
        var document = SampleFiles.Document("Hello PDF");
        var path = stage.Workspace.Write("paper.pdf", document);
        stage.Upstream.Next(Turn.Calls(ToolCall.Read(path), ToolCall.Bash("echo beside")));
        stage.Upstream.Next(Turn.Text("It says hello."));

        var run = await stage.AskAsync("Read paper.pdf.");

        run.Answer.ShouldBe("It says hello.", run.ToString());
        stage.ShouldHaveAsked(2);
        var items = stage.Asked[1].Items.ToList();
        var file = items.Single(item =>
            PartsOf(item).Any(part => part.GetProperty("type").GetString() == "input_file")
        );
        items
            .IndexOf(file)
            .ShouldBeGreaterThan(
                items.FindLastIndex(item => item.GetProperty("type").GetString() == "function_call_output")
            );
        var data = PartsOf(file).Single(part => part.GetProperty("type").GetString() == "input_file");
        BytesOf(data.GetProperty("file_data")).ShouldBe(document);
        stage.Asked[1].OutputTexts[0].ShouldContain("paper.pdf");
        stage.Asked[1].OutputTexts[1].ShouldBe("beside");
    }

    [RealClientFact]
    public async Task A_tool_with_a_long_name_is_loaded_called_and_returns_a_picture()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Calls(ToolCall.Load(Tool)));
        stage.Upstream.Next(request =>
            Turn.Calls(
                ToolCall.Of(
                    request.ToolNames.Single(name => name.StartsWith("mcp__", StringComparison.Ordinal)),
                    new { }
                )
            )
        );
        stage.Upstream.Next(Turn.Text("A clear sky."));

        var run = await stage.AskAsync(
            new ClientCall("Look at the sky.") { Arguments = ["--strict-mcp-config", "--mcp-config", McpConfig()] }
        );

        run.Answer.ShouldBe("A clear sky.", run.ToString());
        run.Calls.Select(call => call.Name).ShouldBe(["ToolSearch", Tool]);
        stage.ShouldHaveAsked(3);
        // Until it is loaded, the tool is known by name only.
        stage.Asked[0].ToolNames.ShouldAllBe(name => !name.StartsWith("mcp__", StringComparison.Ordinal));
        var shortened = stage.Asked[1].ToolNames.Single(name => name.StartsWith("mcp__", StringComparison.Ordinal));
        shortened.Length.ShouldBeLessThanOrEqualTo(64);
        stage.Asked[1].OutputTexts.ShouldBe([$"Tool loaded: {shortened}"]);
        stage.Asked[2].ItemsOf("function_call")[1].GetProperty("name").GetString().ShouldBe(shortened);
        var parts = stage.Asked[2].FunctionOutputs[1].Output.EnumerateArray().ToList();
        parts[0].GetProperty("text").GetString().ShouldBe("before the picture");
        parts[1].GetProperty("type").GetString().ShouldBe("input_image");
        parts[^1].GetProperty("text").GetString().ShouldBe("after the picture");
    }

    private static string McpConfig() =>
        JsonSerializer.Serialize(
            new
            {
                mcpServers = new Dictionary<string, object>
                {
                    [Server] = new
                    {
                        command = "node",
                        args = new[] { Path.Combine(SourceTree.Folder, "client", "picture-server.mjs") },
                    },
                },
            }
        );

    private static List<JsonElement> PartsOf(JsonElement item) =>
        item.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
            ? [.. content.EnumerateArray()]
            : [];

    private static byte[] BytesOf(JsonElement dataUrl) =>
        Convert.FromBase64String(dataUrl.GetString()!.Split("base64,")[1]);
}
