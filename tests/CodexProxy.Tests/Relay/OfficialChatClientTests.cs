// Parts of the client are marked as not final. The version is pinned, and they are what people use.
#pragma warning disable OPENAI001
using System.ClientModel;
using System.ClientModel.Primitives;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace CodexProxy.Tests.Relay;

/// <summary>OpenAI's own C# client as a judge of Chat Completions.</summary>
public sealed class OfficialChatClientTests
{
    private const string Model = "gpt-5.5";

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather",
        "Tells the weather.",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")
    );

    [Fact]
    public async Task It_reads_a_whole_answer_with_its_usage()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Hello.").Usage(120, 100, 30, reasoning: 20));

        ChatCompletion answer = await Client(stage)
            .CompleteChatAsync([new SystemChatMessage("Be short."), new UserChatMessage("Hello.")]);

        answer.Content.Single().Text.ShouldBe("Hello.");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Role.ShouldBe(ChatMessageRole.Assistant);
        answer.Model.ShouldBe(Model);
        answer.Id.ShouldNotBeNullOrEmpty();
        answer.CreatedAt.Year.ShouldBeGreaterThan(2024);
        answer.Usage.InputTokenCount.ShouldBe(120);
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(100);
        answer.Usage.OutputTokenCount.ShouldBe(30);
        answer.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(20);
        answer.Usage.TotalTokenCount.ShouldBe(150);
        stage.Simulator.Requests.Last!.LastUserText.ShouldBe("Hello.");
    }

    [Fact]
    public async Task It_streams_an_answer()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Hello from the other side.").Usage(12, 0, 7));

        var updates = await Client(stage).CompleteChatStreamingAsync(new UserChatMessage("Hello.")).ToListAsync();

        Text(updates).ShouldBe("Hello from the other side.");
        updates.Single(update => update.FinishReason is not null).FinishReason.ShouldBe(ChatFinishReason.Stop);
        updates.Single(update => update.Usage is not null).Usage.TotalTokenCount.ShouldBe(19);
        updates.Select(update => update.CompletionId).Distinct().ShouldHaveSingleItem();
        updates[0].Role.ShouldBe(ChatMessageRole.Assistant);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_plays_a_tool_loop_with_parallel_calls(bool streams)
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(
            Turn.Reasoning("Two cities.")
                .Calls(
                    PlannedCall.Of("get_weather", """{"city":"Berlin"}"""),
                    PlannedCall.Of("get_weather", """{"city":"Zażółć"}""")
                )
        );
        stage.Simulator.Next(Turn.Text("Sun and rain."));
        var client = Client(stage);
        var options = new ChatCompletionOptions { Tools = { Weather }, AllowParallelToolCalls = true };
        List<ChatMessage> messages = [new UserChatMessage("Weather in both?")];

        var calls = streams
            ? await StreamCallsAsync(client, messages, options)
            : await CallsAsync(client, messages, options);
        messages.Add(new AssistantChatMessage(calls));
        messages.Add(new ToolChatMessage(calls[0].Id, "sun"));
        messages.Add(new ToolChatMessage(calls[1].Id, "rain"));
        ChatCompletion last = await client.CompleteChatAsync(messages, options);

        calls
            .Select(call => call.FunctionArguments.ToString())
            .ShouldBe(["""{"city":"Berlin"}""", """{"city":"Zażółć"}"""]);
        calls.ShouldAllBe(call => call.FunctionName == "get_weather");
        last.Content.Single().Text.ShouldBe("Sun and rain.");
        var asked = stage.Simulator.Requests.Last!;
        asked.FunctionOutputs.Select(output => output.Text).ShouldBe(["sun", "rain"]);
        asked.Body.GetProperty("parallel_tool_calls").GetBoolean().ShouldBeTrue();
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_goes_up_with_its_detail()
    {
        await using var stage = await Stage.StartAsync();
        const string picture =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

        await Client(stage)
            .CompleteChatAsync(
                new UserChatMessage(
                    ChatMessageContentPart.CreateTextPart("What is this?"),
                    ChatMessageContentPart.CreateImagePart(
                        BinaryData.FromBytes(Convert.FromBase64String(picture)),
                        "image/png",
                        ChatImageDetailLevel.High
                    )
                )
            );

        var part = stage.Simulator.Requests.Last!.Items[^1].GetProperty("content")[1];
        part.GetProperty("type").GetString().ShouldBe("input_image");
        part.GetProperty("image_url").GetString().ShouldBe($"data:image/png;base64,{picture}");
        part.GetProperty("detail").GetString().ShouldBe("high");
    }

    [Fact]
    public async Task A_schema_for_the_answer_goes_up()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("""{"city":"Berlin"}"""));
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "place",
                BinaryData.FromString(
                    """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""
                ),
                jsonSchemaIsStrict: true
            ),
            ReasoningEffortLevel = ChatReasoningEffortLevel.Low,
        };

        ChatCompletion answer = await Client(stage).CompleteChatAsync([new UserChatMessage("Where?")], options);

        answer.Content.Single().Text.ShouldBe("""{"city":"Berlin"}""");
        var body = stage.Simulator.Requests.Last!.Body;
        var format = body.GetProperty("text").GetProperty("format");
        format.GetProperty("type").GetString().ShouldBe("json_schema");
        format.GetProperty("name").GetString().ShouldBe("place");
        format.GetProperty("schema").GetProperty("required")[0].GetString().ShouldBe("city");
        body.GetProperty("reasoning").GetProperty("effort").GetString().ShouldBe("low");
    }

    [Fact]
    public async Task Its_limit_and_its_refusal_are_told_apart()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half a").EndsIncomplete());
        stage.Simulator.Next(Turn.Refusal("I can't help with that."));

        ChatCompletion cut = await Client(stage).CompleteChatAsync(new UserChatMessage("Hello."));
        ChatCompletion refused = await Client(stage).CompleteChatAsync(new UserChatMessage("Hello."));

        cut.FinishReason.ShouldBe(ChatFinishReason.Length);
        refused.Refusal.ShouldBe("I can't help with that.");
    }

    [Fact]
    public async Task It_knows_the_errors()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Quota.Exhaust();

        var unknown = await Should.ThrowAsync<ClientResultException>(() =>
            Client(stage, "no-such-model").CompleteChatAsync(new UserChatMessage("Hello."))
        );
        var spent = await Should.ThrowAsync<ClientResultException>(() =>
            Client(stage).CompleteChatAsync(new UserChatMessage("Hello."))
        );
        var spentWhileStreaming = await Should.ThrowAsync<ClientResultException>(async () =>
            await Client(stage).CompleteChatStreamingAsync(new UserChatMessage("Hello.")).ToListAsync()
        );

        unknown.Status.ShouldBe(404);
        unknown.Message.ShouldContain("model_not_found");
        spent.Status.ShouldBe(429);
        spent.Message.ShouldContain("usage_limit_reached");
        spentWhileStreaming.Status.ShouldBe(429);
    }

    [Fact]
    public async Task A_stream_that_breaks_has_no_finish()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half").EndsWithoutTerminal());

        // This client passes over the error that stands in the stream; what it must not see is a finish.
        var updates = await Client(stage).CompleteChatStreamingAsync(new UserChatMessage("Hello.")).ToListAsync();

        Text(updates).ShouldBe("Half");
        updates.ShouldNotContain(update => update.FinishReason != null);
    }

    [Fact]
    public async Task It_lists_the_models()
    {
        await using var stage = await Stage.StartAsync();
        var client = new OpenAIModelClient(new ApiKeyCredential("any"), Options(stage));

        OpenAIModelCollection models = await client.GetModelsAsync();
        OpenAIModel model = await client.GetModelAsync(Model);

        models.Select(each => each.Id).ShouldContain(Model);
        model.Id.ShouldBe(Model);
        model.OwnedBy.ShouldNotBeNullOrEmpty();
        stage.Simulator.Requests.Count(SimulatedEndpoint.Responses).ShouldBe(0);
    }

    private static string Text(IEnumerable<StreamingChatCompletionUpdate> updates) =>
        string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text));

    private static async Task<List<ChatToolCall>> CallsAsync(
        ChatClient client,
        List<ChatMessage> messages,
        ChatCompletionOptions options
    )
    {
        ChatCompletion answer = await client.CompleteChatAsync(messages, options);
        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        return [.. answer.ToolCalls];
    }

    // As the client's own documentation puts the pieces together.
    private static async Task<List<ChatToolCall>> StreamCallsAsync(
        ChatClient client,
        List<ChatMessage> messages,
        ChatCompletionOptions options
    )
    {
        var pieces = await client
            .CompleteChatStreamingAsync(messages, options)
            .SelectMany(update => update.ToolCallUpdates.ToAsyncEnumerable())
            .ToListAsync();
        return
        [
            .. pieces
                .GroupBy(piece => piece.Index)
                .Select(call =>
                    ChatToolCall.CreateFunctionToolCall(
                        call.Single(piece => !string.IsNullOrEmpty(piece.ToolCallId)).ToolCallId,
                        call.Single(piece => !string.IsNullOrEmpty(piece.FunctionName)).FunctionName,
                        BinaryData.FromString(
                            string.Concat(call.Select(piece => piece.FunctionArgumentsUpdate?.ToString()))
                        )
                    )
                ),
        ];
    }

    private static ChatClient Client(Stage stage, string model = Model) =>
        new(model, new ApiKeyCredential("any"), Options(stage));

    private static OpenAIClientOptions Options(Stage stage) =>
        new() { Endpoint = new Uri(stage.Gateway.Address, "/v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };
}
