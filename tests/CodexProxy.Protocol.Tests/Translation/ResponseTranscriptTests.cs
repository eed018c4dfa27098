using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Recorded upstream streams against the stream the client must see.</summary>
public sealed class ResponseTranscriptTests
{
    public static TheoryData<string> Streams => [.. Names("stream")];

    public static TheoryData<string> StreamErrors => [.. Names("stream-error")];

    public static TheoryData<string, string> Backend =>
        new()
        {
            { "01-plain-text", nameof(TranslationState.Completed) },
            { "02-reasoning-and-text", nameof(TranslationState.Completed) },
            { "03-reasoning-without-summary", nameof(TranslationState.Completed) },
            { "04-one-function-call", nameof(TranslationState.Completed) },
            { "05-parallel-function-calls", nameof(TranslationState.Completed) },
            { "06-function-call-empty-arguments", nameof(TranslationState.Completed) },
            { "07-custom-tool-call", nameof(TranslationState.Completed) },
            { "08-namespaced-function-call", nameof(TranslationState.Completed) },
            { "09-web-search", nameof(TranslationState.Completed) },
            { "10-refusal", nameof(TranslationState.Completed) },
            { "11-incomplete-content-filter", nameof(TranslationState.Completed) },
            { "12-incomplete-max-output-tokens", nameof(TranslationState.Completed) },
            { "20-failed-bio-policy", nameof(TranslationState.Completed) },
            { "20-failed-context-length-exceeded", nameof(TranslationState.Failed) },
            { "20-failed-cyber-policy", nameof(TranslationState.Completed) },
            { "20-failed-insufficient-quota", nameof(TranslationState.Failed) },
            { "20-failed-invalid-prompt", nameof(TranslationState.Failed) },
            { "20-failed-organization-spend-limit-exceeded", nameof(TranslationState.Failed) },
            { "20-failed-rate-limit-exceeded", nameof(TranslationState.Failed) },
            { "20-failed-server-error", nameof(TranslationState.Failed) },
            { "20-failed-server-is-overloaded", nameof(TranslationState.Failed) },
            { "20-failed-slow-down", nameof(TranslationState.Failed) },
            { "20-failed-usage-not-included", nameof(TranslationState.Failed) },
            { "21-failed-after-partial-text", nameof(TranslationState.Failed) },
            { "22-error-event-usage-limit", nameof(TranslationState.Failed) },
            { "23-error-event-flat", nameof(TranslationState.Failed) },
            { "30-codex-private-events-keepalive-cache-write", nameof(TranslationState.Completed) },
            { "31-compaction-v2", nameof(TranslationState.Completed) },
            { "40-truncated-no-terminal-event", nameof(TranslationState.Failed) },
            { "41-comments-crlf-multiline", nameof(TranslationState.Completed) },
        };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Each_recorded_stream_becomes_the_expected_one(string name)
    {
        var facts = Facts(name);
        var run = new ResponseRun(
            ResponseFixtures.Context(facts),
            ResponseFixtures.Settings(facts.GetProperty("input_tokens_estimate").GetInt32())
        ).AcceptAll(ResponseFixtures.ReadEvents("translation", $"{name}.responses.sse"));
        ReportFailure(run);

        var actual = ResponseFixtures.ReadStream(ResponseFixtures.WriteStream(run.Output));
        var expected = ResponseFixtures.ReadStream(ResponseFixtures.ReadBytes("translation", $"{name}.anthropic.sse"));
        actual.ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(StreamErrors))]
    public void A_failure_before_output_is_left_to_be_told_by_a_status(string name)
    {
        var run = new ResponseRun(ResponseFixtures.Context(Facts(name))).AcceptAll(
            ResponseFixtures.ReadEvents("translation", $"{name}.responses.sse")
        );

        run.Translator.State.ShouldBe(TranslationState.Failed);
        run.Translator.Started.ShouldBeFalse();
        run.Translator.Failure!.Payload.ShouldNotBeNull();
        run.Output.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Backend))]
    public void Each_stream_of_the_backend_becomes_the_reviewed_one(string name, string state)
    {
        var context = ResponseFixtures.Context() with
        {
            RequestedModel = "claude-x",
            ThinkingRequested = true,
            MaxTokens = 32_000,
        };
        var run = new ResponseRun(context).AcceptAll(
            ResponseFixtures.ReadEvents("codex-backend", "sse", $"{name}.sse")
        );
        run.Translator.State.ToString().ShouldBe(state);

        var actual = ResponseFixtures.WriteStream(run.Output);
        var expected = Path.Combine(ResponseFixtures.Folder, "codex-backend-expected", $"{name}.anthropic.sse");
        if (run.Output.Count == 0)
        {
            File.Exists(expected).ShouldBeFalse("nothing was expected to be sent");
            return;
        }

        // What came instead lies beside the tests, ready to be reviewed and copied.
        var received = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "received"));
        File.WriteAllBytes(Path.Combine(received.FullName, $"{name}.anthropic.sse"), actual);
        Encoding.UTF8.GetString(actual).ShouldBe(File.ReadAllText(expected));
    }

    [Fact]
    public void Every_stream_of_the_backend_is_covered()
    {
        var recorded = Directory
            .GetFiles(Path.Combine(ResponseFixtures.Folder, "codex-backend", "sse"), "*.sse")
            .Select(Path.GetFileNameWithoutExtension);
        Backend.Select(row => row.Data.Item1).ShouldBe(recorded, ignoreOrder: true);
    }

    // Stands in for the relay: what it reports about the two failures that stream fixtures end in.
    private static void ReportFailure(ResponseRun run)
    {
        switch (run.Translator.Failure)
        {
            case { IsTruncated: true }:
                run.Translator.WriteError(
                    ClientError.Passing(500, "api_error", TranslationFailure.TruncatedMessage),
                    run.Output
                );
                break;
            case { Event: ResponseFailed { Code: "server_is_overloaded" } failed }:
                run.Translator.WriteError(ClientError.Passing(500, "overloaded_error", failed.Message!), run.Output);
                break;
        }
    }

    private static IEnumerable<string> Names(string kind) =>
        ResponseFixtures.Index(kind).Select(entry => ResponseFixtures.Text(entry, "name")!);

    private static JsonElement Facts(string name) =>
        ResponseFixtures
            .Index(name.StartsWith("f-", StringComparison.Ordinal) ? "stream-error" : "stream")
            .Single(entry => ResponseFixtures.Text(entry, "name") == name)
            .GetProperty("context");
}
