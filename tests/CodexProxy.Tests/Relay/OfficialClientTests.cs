using Anthropic;
using Anthropic.Models.Messages;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>The vendor's own C# client as a judge: what it accepts, the protocol allows.</summary>
public sealed class OfficialClientTests
{
    [Fact]
    public async Task It_streams_an_answer()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Hello from the other side."));
        var client = Client(stage);

        var text = new System.Text.StringBuilder();
        await foreach (var streamEvent in client.Messages.CreateStreaming(Ask("Hello.")))
        {
            if (streamEvent.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var words))
            {
                text.Append(words.Text);
            }
        }

        text.ToString().ShouldBe("Hello from the other side.");
    }

    [Fact]
    public async Task It_reads_a_whole_message_with_a_call()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Call("get_weather", ("city", "Berlin")));
        var client = Client(stage);

        var message = await client.Messages.Create(Ask("Weather?"));

        message.StopReason!.Raw().ShouldBe("tool_use");
        message.Content.Single().TryPickToolUse(out var call).ShouldBeTrue();
        call!.Name.ShouldBe("get_weather");
        call.Input["city"].GetString().ShouldBe("Berlin");
    }

    private static AnthropicClient Client(Stage stage) =>
        new() { BaseUrl = stage.Gateway.Address.ToString().TrimEnd('/'), ApiKey = "any" };

    private static MessageCreateParams Ask(string text) =>
        new()
        {
            Model = "claude-opus-5-5",
            MaxTokens = 1024,
            Messages = [new UserMessageParam { Content = text }],
            Tools =
            [
                new Tool
                {
                    Name = "get_weather",
                    InputSchema = new() { Properties = new Dictionary<string, System.Text.Json.JsonElement>() },
                },
            ],
        };
}
