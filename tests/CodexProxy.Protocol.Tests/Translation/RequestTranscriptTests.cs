using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Every pair of request files: the client's request and what is sent upstream for it.</summary>
public sealed class RequestTranscriptTests
{
    public static TheoryData<string> Names =>
        [.. ResponseFixtures.Index("request").Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_request_becomes_the_recorded_one(string name)
    {
        var entry = ResponseFixtures.Index("request").First(entry => entry.GetProperty("name").GetString() == name);

        var written = Write(
            Translate(ResponseFixtures.ReadBytes("translation", $"{name}.anthropic-request.json"), entry)
        );

        using var actual = JsonDocument.Parse(written);
        using var expected = JsonDocument.Parse(
            ResponseFixtures.ReadBytes("translation", $"{name}.responses-request.json")
        );
        JsonComparison.ShouldBeSame(actual.RootElement, expected.RootElement, name);
        Members(actual.RootElement).ShouldBe(Members(expected.RootElement), "the members' order");
    }

    internal static ResponsesRequest Translate(byte[] body, JsonElement? entry = null)
    {
        using var request = MessagesRequest.Read(body);
        var model = ModelResolver
            .Resolve(request.Model, ModelCatalogue.Embedded, new ModelRules())
            .ShouldNotBeNull($"{request.Model} resolves");
        return RequestTranslator
            .Translate(
                request,
                new RequestFacts(Header(entry, "x-claude-code-session-id"), Header(entry, "x-claude-code-agent-id")),
                new TranslationSettings { Model = model, RequireMaxTokens = false }
            )
            .Body;
    }

    internal static byte[] Write(ResponsesRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        OpenAIJson.Write(buffer, request);
        return buffer.WrittenSpan.ToArray();
    }

    private static List<string> Members(JsonElement element) =>
        [.. element.EnumerateObject().Select(member => member.Name)];

    private static string? Header(JsonElement? entry, string name) =>
        entry is { } found
        && found.TryGetProperty("context", out var context)
        && context.ValueKind == JsonValueKind.Object
        && context.TryGetProperty("headers", out var headers)
        && headers.TryGetProperty(name, out var value)
            ? value.GetString()
            : null;
}
