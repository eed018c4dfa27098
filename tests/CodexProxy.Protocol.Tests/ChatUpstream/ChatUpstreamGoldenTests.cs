using static CodexProxy.Protocol.Tests.ChatUpstream.ChatUpstreamFixture;

namespace CodexProxy.Protocol.Tests.ChatUpstream;

/// <summary>Pairs of what comes in and what goes out, both as files.</summary>
public sealed class ChatUpstreamGoldenTests
{
    [Theory]
    [InlineData("conversation")]
    [InlineData("plain")]
    [InlineData("allowed")]
    public void A_request_is_written_as_its_file_says(string name)
    {
        var request = Translate(File.ReadAllText(Path($"{name}.request.json")));

        ShouldMatch(Write(request, maxTokens: 500), $"{name}.chat.json");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("calls")]
    [InlineData("length")]
    [InlineData("refusal")]
    [InlineData("error")]
    [InlineData("cut")]
    public void A_stream_is_read_as_its_file_says(string name)
    {
        var events = Events(Chunks($"{name}.sse"));

        ShouldMatch(string.Join('\n', events) + "\n", $"{name}.events.jsonl");
    }

    [Fact]
    public void What_a_request_loses_is_named()
    {
        var request = Translate(File.ReadAllText(Path("conversation.request.json")));

        request
            .Context.Losses.Select(loss => $"{loss.Kind} {loss.Path}")
            .ShouldBe(
                [
                    "Approximated reasoning.effort",
                    "Approximated tools[].custom",
                    "Dropped tools[].web_search",
                    "Approximated input[].content[].input_file.file_url",
                    "Dropped input[].reasoning",
                    "Approximated input[].custom_tool_call",
                    "Approximated input[].output[].input_image",
                    "Dropped input[].web_search_call",
                    "Dropped text.verbosity",
                ],
                ignoreOrder: true
            );
    }

    // Left beside the tests, to be taken over when the form has changed on purpose.
    private static void ShouldMatch(string actual, string file)
    {
        File.WriteAllText(System.IO.Path.Combine(AppContext.BaseDirectory, file), actual);

        actual.TrimEnd().ShouldBe(File.ReadAllText(Path(file)).TrimEnd());
    }
}
