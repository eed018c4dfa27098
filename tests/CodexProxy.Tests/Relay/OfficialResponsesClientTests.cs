// Parts of the client are marked as not final. The version is pinned, and they are what people use.
#pragma warning disable OPENAI001
using System.ClientModel;
using System.ClientModel.Primitives;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using OpenAI.Responses;
using Client = OpenAI.Responses.ResponsesClient;

namespace CodexProxy.Tests.Relay;

/// <summary>OpenAI's own C# client as a judge of the Responses API.</summary>
public sealed class OfficialResponsesClientTests
{
    private const string Model = "gpt-5.5";

    private static readonly FunctionTool Weather = ResponseTool.CreateFunctionTool(
        "get_weather",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""),
        strictModeEnabled: false
    );

    [Fact]
    public async Task It_reads_a_whole_answer_with_its_usage()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Hello.").Usage(120, 100, 30, reasoning: 20));
        var options = Ask("Hello.");
        options.Instructions = "Be short.";
        options.MaxOutputTokenCount = 500;
        options.Metadata["who"] = "me";

        ResponseResult answer = await Client(stage).CreateResponseAsync(options);

        answer.GetOutputText().ShouldBe("Hello.");
        answer.Status.ShouldBe(ResponseStatus.Completed);
        answer.Model.ShouldBe(Model);
        answer.OutputItems.OfType<ReasoningResponseItem>().Single().GetSummaryText().ShouldBe("Think.");
        answer.Usage.InputTokenCount.ShouldBe(120);
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(100);
        answer.Usage.OutputTokenCount.ShouldBe(30);
        answer.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(20);
        answer.Usage.TotalTokenCount.ShouldBe(150);
        answer.Metadata["who"].ShouldBe("me");
        answer.MaxOutputTokenCount.ShouldBe(500);
        stage.Simulator.Requests.Last!.Instructions.ShouldBe("Be short.");
    }

    [Fact]
    public async Task It_streams_an_answer()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Hello from the other side."));

        var updates = await StreamAsync(stage, Ask("Hello."));

        string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta))
            .ShouldBe("Hello from the other side.");
        updates[0].ShouldBeOfType<StreamingResponseCreatedUpdate>();
        updates[^1]
            .ShouldBeOfType<StreamingResponseCompletedUpdate>()
            .Response.GetOutputText()
            .ShouldBe("Hello from the other side.");
        updates.Select(update => update.SequenceNumber).ShouldBe(Enumerable.Range(0, updates.Count));
        string.Concat(updates.OfType<StreamingResponseReasoningSummaryTextDeltaUpdate>().Select(update => update.Delta))
            .ShouldBe("Think.");
    }

    [Fact]
    public async Task It_goes_on_from_an_earlier_answer()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Reasoning("Think.").Text("Blue."));
        stage.Simulator.Next(Turn.Text("You asked for a colour."));
        var client = Client(stage);

        ResponseResult first = await client.CreateResponseAsync(Model, "A colour?");
        ResponseResult second = await client.CreateResponseAsync(Model, "What did I ask?", first.Id);

        second.GetOutputText().ShouldBe("You asked for a colour.");
        second.PreviousResponseId.ShouldBe(first.Id);
        stage
            .Simulator.Requests.Last!.Items.Select(item => item.GetProperty("type").GetString())
            .ShouldBe(["message", "reasoning", "message", "message"]);
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_plays_a_tool_loop_with_the_items_of_the_answer()
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
        var options = Ask("Weather in both?");
        options.Tools.Add(Weather);
        options.IncludedProperties.Add(IncludedResponseProperty.ReasoningEncryptedContent);

        ResponseResult first = await client.CreateResponseAsync(options);
        foreach (var item in first.OutputItems)
        {
            options.InputItems.Add(item);
        }

        var calls = first.OutputItems.OfType<FunctionCallResponseItem>().ToList();
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(calls[0].CallId, "sun"));
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(calls[1].CallId, "rain"));
        ResponseResult last = await client.CreateResponseAsync(options);

        calls
            .Select(call => call.FunctionArguments.ToString())
            .ShouldBe(["""{"city":"Berlin"}""", """{"city":"Zażółć"}"""]);
        last.GetOutputText().ShouldBe("Sun and rain.");
        var asked = stage.Simulator.Requests.Last!;
        asked
            .Items.Select(item => item.GetProperty("type").GetString())
            .ShouldBe([
                "message",
                "reasoning",
                "function_call",
                "function_call",
                "function_call_output",
                "function_call_output",
            ]);
        asked.Items[1].GetProperty("encrypted_content").GetString().ShouldNotBeNullOrEmpty();
        stage.Simulator.Requests.Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_streams_the_arguments_of_a_call()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Call("get_weather", ("city", "Berlin")));
        var options = Ask("Weather?");
        options.Tools.Add(Weather);

        var updates = await StreamAsync(stage, options);

        var done = updates.OfType<StreamingResponseFunctionCallArgumentsDoneUpdate>().Single();
        done.FunctionArguments.ToString().ShouldBe("""{"city":"Berlin"}""");
        string.Concat(
                updates.OfType<StreamingResponseFunctionCallArgumentsDeltaUpdate>().Select(update => update.Delta)
            )
            .ShouldBe("""{"city":"Berlin"}""");
        updates
            .OfType<StreamingResponseOutputItemDoneUpdate>()
            .Single()
            .Item.ShouldBeOfType<FunctionCallResponseItem>()
            .Id.ShouldBe(done.ItemId);
    }

    [Fact]
    public async Task A_picture_and_a_schema_go_up()
    {
        await using var stage = await Stage.StartAsync();
        const string picture =
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        stage.Simulator.Next(Turn.Text("""{"city":"Berlin"}"""));
        var options = new CreateResponseOptions
        {
            Model = Model,
            InputItems =
            {
                ResponseItem.CreateUserMessageItem([
                    ResponseContentPart.CreateInputTextPart("Where is this?"),
                    ResponseContentPart.CreateInputImagePart(new Uri(picture)),
                ]),
            },
            TextOptions = new ResponseTextOptions
            {
                TextFormat = ResponseTextFormat.CreateJsonSchemaFormat(
                    "place",
                    BinaryData.FromString(
                        """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""
                    ),
                    jsonSchemaIsStrict: true
                ),
            },
        };

        ResponseResult answer = await Client(stage).CreateResponseAsync(options);

        answer.GetOutputText().ShouldBe("""{"city":"Berlin"}""");
        var asked = stage.Simulator.Requests.Last!;
        asked.Items[^1].GetProperty("content")[1].GetProperty("image_url").GetString().ShouldBe(picture);
        asked.Body.GetProperty("text").GetProperty("format").GetProperty("name").GetString().ShouldBe("place");
    }

    [Fact]
    public async Task It_fetches_lists_and_deletes_what_it_had_stored()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.Text("Hello."));
        var client = Client(stage);
        var options = Ask("Hi.");
        options.StoredOutputEnabled = true;
        ResponseResult made = await client.CreateResponseAsync(options);

        ResponseResult fetched = await client.GetResponseAsync(made.Id);
        var input = await client.GetResponseInputItemsAsync(made.Id).ToListAsync();
        ResponseDeletionResult deleted = await client.DeleteResponseAsync(made.Id);
        var gone = await Should.ThrowAsync<ClientResultException>(() => client.GetResponseAsync(made.Id));

        fetched.GetOutputText().ShouldBe("Hello.");
        input.Single().ShouldBeAssignableTo<MessageResponseItem>()!.Content.Single().Text.ShouldBe("Hi.");
        deleted.Deleted.ShouldBeTrue();
        gone.Status.ShouldBe(404);
    }

    [Fact]
    public async Task It_knows_the_errors()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Quota.Exhaust();
        var client = Client(stage);

        var unknown = await Should.ThrowAsync<ClientResultException>(() =>
            client.CreateResponseAsync("no-such-model", "Hello.")
        );
        var missing = await Should.ThrowAsync<ClientResultException>(() =>
            client.CreateResponseAsync(Model, "Hello.", "resp_none")
        );
        var spent = await Should.ThrowAsync<ClientResultException>(() => client.CreateResponseAsync(Model, "Hello."));

        unknown.Status.ShouldBe(404);
        unknown.Message.ShouldContain("model_not_found");
        missing.Status.ShouldBe(400);
        missing.Message.ShouldContain("previous_response_not_found");
        spent.Status.ShouldBe(429);
        spent.Message.ShouldContain("usage_limit_reached");
    }

    [Fact]
    public async Task A_limit_a_failure_and_a_cut_end_the_stream_with_their_names()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.PartialText("Half a").EndsIncomplete());
        stage.Simulator.Next(Turn.PartialText("Half").Fails("server_error", "It broke."));
        stage.Simulator.Next(Turn.PartialText("Half").EndsWithoutTerminal());

        var limited = await StreamAsync(stage, Ask("Hello."));
        var failed = await StreamAsync(stage, Ask("Hello."));
        var cut = await StreamAsync(stage, Ask("Hello."));

        cut[^1].ShouldBeOfType<StreamingResponseErrorUpdate>().Code.ShouldBe("server_error");
        limited[^1]
            .ShouldBeOfType<StreamingResponseIncompleteUpdate>()
            .Response.IncompleteStatusDetails.Reason.ToString()
            .ShouldBe("max_output_tokens");
        failed[^1]
            .ShouldBeOfType<StreamingResponseFailedUpdate>()
            .Response.Error.Code.ToString()
            .ShouldBe("server_error");
    }

    private static CreateResponseOptions Ask(string text) =>
        new()
        {
            Model = Model,
            InputItems = { ResponseItem.CreateUserMessageItem(text) },
            ReasoningOptions = new() { ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto },
        };

    private static async Task<List<StreamingResponseUpdate>> StreamAsync(Stage stage, CreateResponseOptions options)
    {
        // The client wants it said, though the method's name says it.
        options.StreamingEnabled = true;
        var updates = new List<StreamingResponseUpdate>();
        await foreach (var update in await Client(stage).CreateResponseStreamingAsync(options))
        {
            updates.Add(update);
        }

        return updates;
    }

    private static Client Client(Stage stage) =>
        new(
            new ApiKeyCredential("any"),
            new ResponsesClientOptions
            {
                Endpoint = new Uri(stage.Gateway.Address, "/v1"),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            }
        );
}
