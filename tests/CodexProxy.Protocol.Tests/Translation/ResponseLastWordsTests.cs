using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What an answer says last, in the cases that end in an unusual way.</summary>
public sealed class ResponseLastWordsTests
{
    private const string GoesOn =
        """{"type":"response.completed","response":{"id":"resp_1","end_turn":false,"usage":{"input_tokens":10,"output_tokens":5}}}""";

    [Fact]
    public void Whatever_is_told_goes_to_the_list_that_was_given_last()
    {
        var thinking = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(thinking).Accept(ReasoningAdded(0));
        var sign = new List<StreamEvent>();
        run.Translator.KeepThinkingAlive(sign).ShouldBeTrue();
        sign.ShouldNotBeEmpty();
        var refusal = new List<StreamEvent>();
        run.Translator.Refuse("bio_policy", "No.", refusal);
        refusal[^1].ShouldBeOfType<StreamEvent.MessageStop>();
        run.Output.ShouldBeEmpty();

        var cut = new ResponseRun().AcceptAll(ResponseFixtures.Events(Message(0, "Hi")));
        var end = new List<StreamEvent>();
        cut.Translator.Complete(end);
        end[^1].ShouldBeOfType<StreamEvent.MessageStop>();
    }

    [Fact]
    public void A_search_that_waits_is_told_before_a_cut_answer_is_completed()
    {
        var run = new ResponseRun().AcceptAll(
            ResponseFixtures.Events(
                MessageAdded(0),
                SearchDone(1, """{"type":"search","query":"q"}"""),
                TextDelta(0, "Hi"),
                MessageDone(0, "Hi")
            )
        );
        run.Translator.CanFinishAfterCut.ShouldBeTrue();
        run.Translator.Complete(run.Output);

        run.Lines.ShouldContain(line => line.Contains("server_tool_use", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refusal_in_the_second_response_of_a_message_charges_the_output_of_the_first()
    {
        var run = new ResponseRun().Accept([Created, .. Message(0, "One"), GoesOn]);
        run.Translator.BeginAttempt(null);
        run.Accept(TextDelta(0, "Half"), Failed("bio_policy"));

        run.Message.Usage.OutputTokens.ShouldBe(5);
    }

    [Fact]
    public void An_estimate_of_the_second_response_does_not_count_the_first()
    {
        var alone = new ResponseRun().AcceptAll(ResponseFixtures.Events(Message(0, "Two words here")));
        alone.Translator.Complete(alone.Output);

        var run = new ResponseRun().Accept([Created, .. Message(0, "One and much more than one"), GoesOn]);
        run.Translator.BeginAttempt(null);
        run.AcceptAll(ResponseFixtures.Events(Message(0, "Two words here")));
        run.Translator.Complete(run.Output);

        run.Message.Usage.OutputTokens.ShouldBe(5 + alone.Message.Usage.OutputTokens);
    }

    [Fact]
    public void A_response_that_would_go_on_without_anything_to_go_on_from_is_the_end()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"x_0","type":"strange"}}""",
            GoesOn
        );

        run.Translator.State.ShouldBe(TranslationState.Completed);
    }

    [Fact]
    public void A_block_opened_to_break_a_silence_is_closed_when_nothing_comes_at_all()
    {
        var context = ResponseFixtures.Context() with { ThinkingRequested = true };
        var run = new ResponseRun(context).Accept(ReasoningAdded(0));
        run.Translator.KeepThinkingAlive(run.Output);
        run.Accept(Failed("server_error"));
        run.Translator.KeepThinkingAlive(run.Output).ShouldBeFalse();
        run.Translator.BeginAttempt(null);
        run.Accept(Created, Completed);
        run.Translator.Complete(run.Output);

        run.Lines[2..].ShouldBe(["0 thinking", "0 ~", "0 stop", "end end_turn", "message_stop"]);
    }

    [Fact]
    public void An_ordinary_answer_was_served_at_the_ordinary_tier()
    {
        var usage = new ResponseRun().Accept([.. Message(0, "Hi"), Completed]).Message.Usage;

        (usage.ServiceTier, usage.Speed).ShouldBe(("standard", "standard"));
    }
}
