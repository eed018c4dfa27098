using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Responses;

/// <summary>How answers for clients of Responses end, fail, go on and start over.</summary>
public sealed class ResponsesEndingTests
{
    private const string GoesOn =
        """{"type":"response.completed","response":{"id":"resp_1","end_turn":false,"usage":{"input_tokens":10,"output_tokens":5}}}""";

    [Fact]
    public void A_response_that_wants_to_go_on_is_one_with_what_follows()
    {
        var run = new ResponsesRun().Accept([Created, .. Message(0, "One"), GoesOn]);
        run.Translator.State.ShouldBe(TranslationState.Continue);
        run.Translator.OutputSoFar.Count.ShouldBe(1);
        run.Translator.HasFinishedBlock.ShouldBeTrue();
        run.Translator.BeginAttempt(null);
        run.Accept([
            """{"type":"response.created","response":{"id":"resp_2"}}""",
            .. Message(0, "Two"),
            """{"type":"response.completed","response":{"id":"resp_2","end_turn":true,"usage":{"input_tokens":20,"output_tokens":7}}}""",
        ]);

        run.Events.Select(e => e.Type)
            .ShouldBe([
                "response.created",
                "response.output_item.added",
                "response.output_text.delta",
                "response.output_item.done",
                "response.output_item.added",
                "response.output_text.delta",
                "response.output_item.done",
                "response.completed",
            ]);
        run.Events.Select(e => Parse(e).GetProperty("sequence_number").GetInt32()).ShouldBe(Enumerable.Range(0, 8));
        Parse(run.Events[5]).GetProperty("output_index").GetInt32().ShouldBe(1);
        var response = Parse(run.Events[^1]).GetProperty("response");
        response.GetProperty("id").GetString().ShouldBe("resp_1");
        response.GetProperty("output").GetArrayLength().ShouldBe(2);
        response.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(12);
        response.TryGetProperty("end_turn", out _).ShouldBeFalse();
        run.Translator.Turn!.ResponseId.ShouldBe("resp_1");
        run.Translator.Turn!.Items.Count.ShouldBe(2);
        run.Kept!.Id.ShouldBe("resp_1");
    }

    [Fact]
    public void A_continuation_can_be_declined_and_is_not_offered_behind_a_call()
    {
        var declined = new ResponsesRun().Accept([Created, .. Message(0, "One"), GoesOn]);
        declined.Translator.Complete(declined.Events);
        var response = Parse(declined.Events[^1]).GetProperty("response");
        response.GetProperty("status").GetString().ShouldBe("completed");
        response.GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(5);
        declined.Translator.Turn!.StopReason.ShouldBe(StopReason.EndTurn);

        var call = new ResponsesRun().Accept([Created, .. Call(0, "{}"), GoesOn]);
        call.Translator.State.ShouldBe(TranslationState.Completed);
        call.Translator.Turn!.StopReason.ShouldBe(StopReason.ToolUse);
        call.Translator.Turn!.ToolCalls.ShouldBe(1);
    }

    [Fact]
    public void A_cut_behind_a_whole_answer_can_be_finished_and_its_usage_is_an_estimate()
    {
        var run = new ResponsesRun().Accept([Created, .. Message(0, "Hi")]);
        run.Translator.EndOfStream();
        run.Translator.Failure!.IsTruncated.ShouldBeTrue();
        run.Translator.CanFinishAfterCut.ShouldBeTrue();
        run.Translator.Complete(run.Events);

        run.Translator.State.ShouldBe(TranslationState.Completed);
        run.Translator.Failure.ShouldBeNull();
        run.Events[^1].Type.ShouldBe("response.completed");
        var usage = Parse(run.Events[^1]).GetProperty("response").GetProperty("usage");
        usage.GetProperty("input_tokens").GetInt32().ShouldBe(1180);
        usage.GetProperty("output_tokens").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_cut_behind_commentary_inside_an_item_or_before_any_cannot_be_finished()
    {
        string[][] streams =
        [
            [Created],
            [Created, .. Message(0, "Hi", "commentary")],
            [Created, .. Call(0, "{}"), CallAdded(1)],
            [Created, .. Reasoning(0, "Hm")],
        ];
        foreach (var events in streams)
        {
            var run = new ResponsesRun().Accept(events);
            run.Translator.EndOfStream();
            run.Translator.CanFinishAfterCut.ShouldBeFalse();
            Should.Throw<InvalidOperationException>(() => run.Translator.Complete(run.Events));
        }
    }

    [Fact]
    public void No_attempt_follows_output_or_an_end()
    {
        var failed = new ResponsesRun().Accept(Created, TextDelta(0, "Hi"), Failed("server_error"));
        Should.Throw<InvalidOperationException>(() => failed.Translator.BeginAttempt(null));
        failed.Translator.HasFinishedBlock.ShouldBeFalse();

        var ended = new ResponsesRun().Accept([Created, .. Message(0, "Hi"), Completed]);
        Should.Throw<InvalidOperationException>(() => ended.Translator.BeginAttempt(null));
        ended.Translator.EndOfStream();
        ended.Translator.State.ShouldBe(TranslationState.Completed);
    }

    [Fact]
    public void A_failure_of_the_response_after_output_is_told_as_one_with_what_was_done()
    {
        var run = new ResponsesRun().Accept([Created, .. Message(0, "Hi"), Failed("server_error")]);
        run.Translator.WriteError(ClientError.Passing(500, "api_error", "Gone."), run.Events);

        run.Translator.State.ShouldBe(TranslationState.Failed);
        run.Events[^1].Type.ShouldBe("response.failed");
        var json = Parse(run.Events[^1]);
        json.GetProperty("sequence_number").GetInt32().ShouldBe(4);
        var response = json.GetProperty("response");
        response.GetProperty("status").GetString().ShouldBe("failed");
        response.GetProperty("error").GetProperty("message").GetString().ShouldBe("Gone.");
        response.GetProperty("output").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void An_incomplete_response_stays_one()
    {
        var run = new ResponsesRun().Accept([
            Created,
            .. Message(0, "Half"),
            """{"type":"response.incomplete","response":{"id":"resp_1","status":"incomplete","end_turn":false,"incomplete_details":{"reason":"max_output_tokens"}}}""",
        ]);

        run.Events[^1].Type.ShouldBe("response.incomplete");
        Parse(run.Events[^1]).GetProperty("response").GetProperty("status").GetString().ShouldBe("incomplete");
        run.Translator.Turn!.StopReason.ShouldBe(StopReason.MaxTokens);
    }

    [Fact]
    public void An_end_that_lacks_an_item_is_a_cut_and_one_that_holds_it_is_an_end()
    {
        var lacking = new ResponsesRun().Accept(Created, MessageAdded(0), TextDelta(0, "Hi"), Completed);
        lacking.Translator.Failure!.IsTruncated.ShouldBeTrue();

        var holding = new ResponsesRun().Accept(
            Created,
            MessageAdded(0),
            TextDelta(0, "Hi"),
            """{"type":"response.completed","response":{"id":"resp_1","output":[{"id":"msg_0","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]}]}}"""
        );
        holding.Translator.State.ShouldBe(TranslationState.Completed);
        holding.Translator.Turn!.Items.ShouldHaveSingleItem().ShouldBeOfType<MessageItem>();
    }

    private static JsonElement Parse(ResponsesEvent e)
    {
        using var document = JsonDocument.Parse(e.Json);
        return document.RootElement.Clone();
    }
}
