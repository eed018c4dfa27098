using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Failures;

/// <summary>Every pair of error files: what the upstream said, before or inside a stream, and what the client is told.</summary>
public sealed class FailureTranscriptTests
{
    public static TheoryData<string> Errors => Names("error");

    public static TheoryData<string> StreamErrors => Names("stream-error");

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_upstream_error_becomes_the_recorded_one(string name)
    {
        using var document = JsonDocument.Parse(
            ResponseFixtures.ReadBytes("translation", $"{name}.upstream-error.json")
        );
        var upstream = document.RootElement;
        var body = upstream.GetProperty("body");
        var failure = FailureReader.FromHttp(
            upstream.GetProperty("status").GetInt32(),
            Headers(upstream),
            Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText())
        );

        ShouldBe(name, failure, Context("error", name));
    }

    [Theory]
    [MemberData(nameof(StreamErrors))]
    public void A_failure_inside_a_stream_becomes_the_recorded_one(string name)
    {
        var last = Encoding
            .UTF8.GetString(ResponseFixtures.ReadBytes("translation", $"{name}.responses.sse"))
            .Split('\n')
            .Last(line => line.StartsWith("data: ", StringComparison.Ordinal));
        using var document = JsonDocument.Parse(last[6..]);

        ShouldBe(name, FailureReader.FromEvent(document.RootElement), Context("stream-error", name));
    }

    private static void ShouldBe(string name, UpstreamFailure failure, JsonElement context)
    {
        var error = FailureTranslator.Translate(
            failure,
            new FailureFacts
            {
                RequestedModel = context.Text("model") ?? "gpt-5.6-sol",
                ClaimedVersion = context.Text("claimed_version") ?? "0.169.0",
                InputTokensEstimate = (int)(context.Number("input_tokens_estimate") ?? 0),
                ContextWindow = (int)(context.Number("context_window") ?? 272_000),
                Now = DateTimeOffset.FromUnixTimeSeconds((long)(context.Number("now") ?? 1_790_000_000)),
            }
        );
        using var document = JsonDocument.Parse(
            ResponseFixtures.ReadBytes("translation", $"{name}.anthropic-error.json")
        );
        var expected = document.RootElement;
        error.Status.ShouldBe(expected.GetProperty("status").GetInt32());
        var buffer = new ArrayBufferWriter<byte>();
        error.Write(buffer, "req_011fixture");
        using var written = JsonDocument.Parse(buffer.WrittenMemory);
        JsonComparison.ShouldBeSame(written.RootElement, expected.GetProperty("body"), name);
        foreach (var header in expected.GetProperty("headers").EnumerateObject())
        {
            error.Headers.ShouldContain(new KeyValuePair<string, string>(header.Name, header.Value.GetString()!));
        }
    }

    private static TheoryData<string> Names(string kind) =>
        [.. ResponseFixtures.Index(kind).Select(entry => entry.GetProperty("name").GetString()!)];

    private static JsonElement Context(string kind, string name) =>
        ResponseFixtures
            .Index(kind)
            .First(entry => entry.GetProperty("name").GetString() == name)
            .GetProperty("context");

    private static List<KeyValuePair<string, string>> Headers(JsonElement upstream) =>
        upstream.TryGetProperty("headers", out var headers)
            ?
            [
                .. headers
                    .EnumerateObject()
                    .Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!)),
            ]
            : [];
}
