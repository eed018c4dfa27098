using System.Net;
using CodexProxy.Records;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Records;

/// <summary>Every request that reached the relay leaves a record and tells its losses.</summary>
public sealed class RequestRecordTests
{
    private const string Lossy =
        """{"model":"claude-opus-5-5","max_tokens":1024,"temperature":1,"stop_sequences":["END"],"messages":[{"role":"user","content":"Hello."}]}""";

    [Fact]
    public async Task A_record_tells_names_times_and_counts()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.HttpError(503, "server_is_overloaded"));
        stage.Simulator.Next(Turn.Reasoning("Hm.").Text("Hello to you.").Usage(5000, 4096, 70, 20));

        using var response = await stage.PostAsync(Lossy);
        await response.Content.ReadAsStringAsync();

        var record = await LastAsync(stage);
        record.RequestId.ShouldBe(response.Headers.GetValues("request-id").Single());
        record.Session.ShouldBe("3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77");
        record.Agent.ShouldBeNull();
        record.RequestedModel.ShouldBe("claude-opus-5-5");
        record.UpstreamModel.ShouldBe("gpt-6.1-sol");
        record.ServedModel.ShouldBe("gpt-6.1-sol");
        record.Effort.ShouldNotBeNull();
        record.Streamed.ShouldBeFalse();
        record.Status.ShouldBe(200);
        record.Ending.ShouldBe(RequestEnding.Answered);
        record.Failure.ShouldBeNull();
        record.Tokens.ShouldBe(new TokenCounts(5000, 4096, 0, 70, 20));
        record.Cache!.Outcome.ShouldBe(CacheOutcome.First);
        record.Hashes!.ItemCount.ShouldBe(1);
        record.Attempts.Count.ShouldBe(2);
        record.Attempts[0].Failure!.Kind.ShouldBe("Overloaded");
        record.Attempts[0].Failure!.Status.ShouldBe(503);
        record.Attempts[0].Failure!.Code.ShouldBe("server_is_overloaded");
        record.Attempts[0].Events.ShouldBe(0);
        record.Attempts[1].Failure.ShouldBeNull();
        record.Attempts[1].Events.ShouldBeGreaterThan(5);
        record.Attempts[1].Started.ShouldBeGreaterThan(record.Attempts[0].Total);
        record.FirstByte.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(record.Total);
    }

    [Fact]
    public async Task Losses_are_in_the_record_in_the_log_and_on_demand_in_a_header()
    {
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                LogLevel = LogLevel.Debug,
            }
        );

        using var plain = await stage.PostAsync(Lossy);
        stage.Gateway.Http.DefaultRequestHeaders.Add(LossLine.Header, "1");
        using var asked = await stage.PostAsync(Lossy);
        using var streamed = await stage.PostAsync(Lossy.Replace("\"temperature\":1", "\"stream\":true"));
        await streamed.Content.ReadAsStringAsync();

        plain.Headers.Contains(LossLine.Header).ShouldBeFalse();
        const string line = "temperature=dropped, stop_sequences=emulated, max_tokens=emulated";
        asked.Headers.GetValues(LossLine.Header).Single().ShouldBe(line);
        streamed.Headers.GetValues(LossLine.Header).Single().ShouldBe("stop_sequences=emulated, max_tokens=emulated");
        stage.Gateway.Get<RequestBook>().Records[^1].Losses.Count.ShouldBe(3);
        stage.Gateway.Log.Lines.ShouldContain(entry => entry.StartsWith("Debug:") && entry.EndsWith($"losses: {line}"));
    }

    [Fact]
    public async Task A_second_form_and_an_answer_that_cannot_be_carried_are_losses_too()
    {
        await using var stage = await Stage.StartAsync();
        stage.Gateway.Http.DefaultRequestHeaders.Add(LossLine.Header, "1");
        stage.Simulator.Next(Turn.HttpError(HttpReply.Detail(400, "Unsupported parameter: reasoning.effort")));
        stage.Simulator.Next(
            Turn.Nothing.Event(
                    "response.output_item.done",
                    "\"output_index\":0,\"item\":{\"type\":\"image_generation_call\",\"id\":\"ig_1\"}"
                )
                .Event("response.brand_new", "")
                .Text("So.")
        );

        using var response = await stage.PostAsync(Lossy);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var line = response.Headers.GetValues(LossLine.Header).Single();
        line.ShouldContain("reasoning.effort=dropped");
        line.ShouldContain("output[].image_generation_call=dropped");
        line.ShouldContain("event response.brand_new=dropped");
        var record = await LastAsync(stage);
        record.Attempts[0].Failure!.Repair.ShouldBe("WithoutMember(reasoning.effort)");
        record.Attempts[1].Forms.ShouldBe(["WithoutMember(reasoning.effort)"]);
    }

    [Fact]
    public async Task A_refusal_and_a_client_that_leaves_are_recorded_as_what_they_are()
    {
        await using var stage = await Stage.StartAsync();
        stage.Simulator.Next(Turn.HttpError(400, "context_length_exceeded"));
        using var refused = await stage.PostAsync(Lossy);
        (await LastAsync(stage)).ShouldSatisfyAllConditions(
            record => record.Ending.ShouldBe(RequestEnding.Failed),
            record => record.Status.ShouldBe(400),
            record => record.Failure.ShouldBe("ContextOverflow"),
            record => record.Tokens.ShouldBeNull(),
            record => record.Cache.ShouldBeNull()
        );

        stage.Simulator.Next(Turn.PartialText("Hel").Hold(new Gate()));
        var other = Lossy.Replace("\"temperature\":1", "\"stream\":true").Replace("Hello.", "Hello?");
        using (var left = await stage.PostAsync(other))
        {
            left.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var gone = await LastAsync(stage, count: 2);
        gone.Ending.ShouldBe(RequestEnding.ClientGone);
        gone.Failure.ShouldBeNull();
    }

    [Fact]
    public void The_line_is_bounded()
    {
        var losses = Enumerable
            .Range(0, 500)
            .Select(i => new CodexProxy.Protocol.Translation.TranslationLoss(
                $"member{i}",
                CodexProxy.Protocol.Translation.LossKind.Dropped
            ))
            .ToList();

        var line = LossLine.Of(losses);

        line.Length.ShouldBeLessThanOrEqualTo(LossLine.MaxLength);
        line.ShouldStartWith("member0=dropped, member1=dropped");
        line.ShouldContain(", more=");
        LossLine.Of([]).ShouldBe("none");
    }

    [Fact]
    public void The_book_keeps_the_last_requests_and_the_details_of_the_very_last()
    {
        var book = new RequestBook();
        for (var i = 0; i < 2000; i++)
        {
            book.Add(Record($"req_{i}"), new RequestDetails(null, Nothing, []));
        }

        book.Records.Count.ShouldBe(RequestBook.MaxRecords);
        book.Records[0].RequestId.ShouldBe("req_1999");
        book.Find("req_0").ShouldBeNull();
        book.Find("req_1000").ShouldNotBeNull().Details.ShouldBeNull();
        book.Find("req_1950").ShouldNotBeNull().Details.ShouldNotBeNull();
    }

    private static TurnFacts Nothing { get; } = new(null, false, false, null, 0, false, false);

    private static RequestRecord Record(string id) =>
        new()
        {
            RequestId = id,
            Face = RequestFace.Messages,
            Started = default,
            At = default,
            RequestedModel = "m",
            UpstreamModel = "m",
            Streamed = false,
            Ending = RequestEnding.Answered,
            Status = 200,
            Attempts = [],
            Total = TimeSpan.Zero,
            Losses = [],
        };

    // The record is written after the last byte, so the client may be ahead of it.
    private static async Task<RequestRecord> LastAsync(Stage stage, int count = 1)
    {
        var book = stage.Gateway.Get<RequestBook>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (book.Records.Count < count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return book.Records[0];
    }
}
