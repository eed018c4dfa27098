using System.Net;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Models;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>
/// Every recorded request of Claude Code goes through the whole program to the strict simulator, and what arrives there is
/// compared with a reviewed description: kinds of items in order, tools, effort and lane.
/// </summary>
public sealed class ClientCaptureTests
{
    public static TheoryData<string> Captures =>
        [
            .. Directory
                .GetFiles(Repository.File("tests/Fixtures/claude-code-client"), "*.json")
                .Where(IsMessage)
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ];

    [Theory]
    [MemberData(nameof(Captures))]
    public async Task A_recorded_request_is_accepted_upstream_and_arrives_as_described(string name)
    {
        using var capture = Read(Repository.File($"tests/Fixtures/claude-code-client/{name}.json"));
        await using var stage = await Stage.StartAsync(
            new SimulatorOptions { CheckSeals = false, Models = With(capture.RootElement) }
        );

        using var response = await stage.PostAsync(capture.RootElement.GetProperty("body").GetRawText());
        await response.Content.ReadAsByteArrayAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
        var description = Describe(
            stage.Simulator.Requests.Of(SimulatedEndpoint.Responses) is [var first, ..] ? first : null
        );
        var received = Path.Combine(AppContext.BaseDirectory, "received", $"{name}.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        await File.WriteAllTextAsync(received, description);
        description.ShouldBe(
            await File.ReadAllTextAsync(Repository.File($"tests/Fixtures/claude-code-expected/{name}.txt")),
            $"what arrived is in {Path.GetFileName(received)} beside the test program"
        );
    }

    // Some recordings ask for models of their own time, or of nobody's; here the upstream has them.
    private static IReadOnlyList<CatalogueModel> With(JsonElement capture)
    {
        var model = capture
            .GetProperty("body")
            .GetProperty("model")
            .GetString()!
            .Replace("[1m]", "", StringComparison.Ordinal);
        return
            model.StartsWith("gpt-", StringComparison.Ordinal) && CatalogueModel.All.All(known => known.Slug != model)
            ? [.. CatalogueModel.All, new CatalogueModel(model, model, 99, "0.1.0", "medium", "max")]
            : CatalogueModel.All;
    }

    private static string Describe(CapturedRequest? request)
    {
        if (request is null)
        {
            return "answered by the gateway\n";
        }

        var body = request.Body;
        var text = new StringBuilder();
        text.Append("model ").Append(body.GetProperty("model").GetString()).Append('\n');
        text.Append("instructions ")
            .Append(body.GetProperty("instructions").GetString()!.Length)
            .Append(" characters\n");
        text.Append("reasoning ").Append(body.GetProperty("reasoning").GetRawText()).Append('\n');
        text.Append("tools ").AppendJoin(' ', request.ToolNames).Append('\n');
        foreach (var item in body.GetProperty("input").EnumerateArray())
        {
            var type = item.GetProperty("type").GetString();
            text.Append("- ").Append(type);
            text.Append(
                type switch
                {
                    "message" =>
                        $" {item.GetProperty("role").GetString()}{Phase(item)}:{Parts(item.GetProperty("content"))}",
                    "function_call" => $" {item.GetProperty("name").GetString()}",
                    "function_call_output" => item.GetProperty("output").ValueKind == JsonValueKind.String
                        ? " text"
                        : Parts(item.GetProperty("output")),
                    _ => "",
                }
            );
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Phase(JsonElement item) =>
        item.TryGetProperty("phase", out var phase) ? $" {phase.GetString()}" : "";

    private static string Parts(JsonElement parts) =>
        string.Concat(parts.EnumerateArray().Select(part => $" {part.GetProperty("type").GetString()}"));

    private static bool IsMessage(string path)
    {
        using var capture = Read(path);
        return capture.RootElement.TryGetProperty("body", out var body)
            && body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("messages", out _)
            && body.TryGetProperty("max_tokens", out _);
    }

    private static JsonDocument Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path));
}
