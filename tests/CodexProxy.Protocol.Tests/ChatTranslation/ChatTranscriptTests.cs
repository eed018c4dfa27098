using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>Every pair of Chat files: requests and what is sent for them, upstream streams and what the client sees.</summary>
public sealed class ChatTranscriptTests
{
    public static TheoryData<string> Requests => [.. Names("chat-request")];

    public static TheoryData<string> Streams => [.. Names("chat-stream")];

    public static TheoryData<string> Backend =>
        [
            .. Directory
                .GetFiles(Path.Combine(ResponseFixtures.Folder, "codex-backend", "sse"), "*.sse")
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_becomes_the_recorded_one(string name)
    {
        var body = ChatRequests.Translate(ResponseFixtures.ReadBytes("translation", $"{name}.chat-request.json")).Body;

        using var actual = JsonDocument.Parse(RequestTranscriptTests.Write(body));
        using var expected = JsonDocument.Parse(
            ResponseFixtures.ReadBytes("translation", $"{name}.responses-request.json")
        );
        JsonComparison.ShouldBeSame(actual.RootElement, expected.RootElement, name);
        Members(actual.RootElement).ShouldBe(Members(expected.RootElement), "the members' order");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Each_recorded_stream_becomes_the_expected_one(string name)
    {
        var facts = ResponseFixtures
            .Index("chat-stream")
            .First(entry => entry.GetProperty("name").GetString() == name)
            .GetProperty("context");
        var context = ResponseFixtures.Context(facts) with
        {
            ThinkingRequested = true,
            HasCustomCalls = true,
            IncludeUsage = facts.Flag("include_usage"),
        };
        var run = new ChatRun(context).AcceptAll(ResponseFixtures.ReadEvents("translation", $"{name}.responses.sse"));

        var actual = ResponseFixtures.ReadStream(ChatRun.Write(run.Output));
        actual.ShouldBe(ResponseFixtures.ReadStream(ResponseFixtures.ReadBytes("translation", $"{name}.chat.sse")));
    }

    [Theory]
    [MemberData(nameof(Backend))]
    public void Each_stream_of_the_backend_ends_as_its_message_does(string name)
    {
        var events = ResponseFixtures.ReadEvents("codex-backend", "sse", $"{name}.sse");
        var chat = new ChatRun().AcceptAll(events);
        var message = new ResponseRun().AcceptAll(events);

        chat.Translator.State.ShouldBe(message.Translator.State);
        chat.Translator.Turn?.ToolCalls.ShouldBe(message.Translator.Turn!.ToolCalls);
        if (chat.Translator.State == TranslationState.Completed)
        {
            var text = string.Concat(message.Message.Content.OfType<MessageBlock.Text>().Select(block => block.Value));
            (chat.Completion.Content + chat.Completion.Refusal).ShouldStartWith(text);
            Encoding.UTF8.GetString(ChatRun.Write(chat.Output)).ShouldEndWith("data: [DONE]\n\n");
        }
    }

    private static IEnumerable<string> Names(string kind) =>
        ResponseFixtures.Index(kind).Select(entry => entry.GetProperty("name").GetString()!);

    private static List<string> Members(JsonElement element) =>
        [.. element.EnumerateObject().Select(member => member.Name)];
}
