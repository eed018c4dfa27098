using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>What is remembered from one event to the next while chunks are written.</summary>
public sealed class ChatStateTests
{
    private static TranslationContext Stopping => ChatRun.Context() with { StopSequences = ["STOP"] };

    [Fact]
    public void Any_content_counts_as_sent_and_whole_parts_as_finished()
    {
        string[][] streams =
        [
            [TextDelta(0, "Hi")],
            [CallAdded(0)],
            [ReasoningAdded(0), SummaryDelta(0, "Hm")],
            ["""{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."}"""],
        ];
        foreach (var events in streams)
        {
            var run = new ChatRun().Accept(events);
            run.Translator.HasSentBlock.ShouldBeTrue();
            run.Translator.HasFinishedBlock.ShouldBeFalse();
        }

        new ChatRun().Accept(Message(0, "Hi")).Translator.HasFinishedBlock.ShouldBeTrue();
        new ChatRun().Accept([.. Message(0, "One"), .. Message(1, "Two")]).Translator.HasFinishedBlock.ShouldBeTrue();
        new ChatRun().Accept([.. Call(0, "{}"), .. Message(1, "Two")]).Translator.HasFinishedBlock.ShouldBeTrue();
        new ChatRun().Accept(Reasoning(0, "Hm")).Translator.HasFinishedBlock.ShouldBeFalse();
    }

    [Fact]
    public void Citations_are_counted_from_the_beginning_of_all_content()
    {
        var run = new ChatRun().Accept([
            .. Message(0, "One 😀."),
            TextDelta(1, "Two"),
            Cite(1, "https://a.example/x", -1, 3),
            MessageDone(1, "Two"),
            Completed,
        ]);

        run.Lines.ShouldContain("cite https://a.example/x 6-9");
    }

    [Fact]
    public void A_citation_waits_for_the_text_that_is_held_back_and_a_retry_forgets_it()
    {
        var run = new ChatRun(Stopping).Accept(TextDelta(0, "STO"), Cite(0, "https://a.example/x", 0, 3));
        run.Lines.ShouldBeEmpty();
        run.Accept(MessageDone(0, "STO"), Completed);
        run.Lines[..3].ShouldBe(["start", "+STO", "cite https://a.example/x 0-3"]);

        var again = new ChatRun(Stopping).Accept(
            TextDelta(0, "STO"),
            Cite(0, "https://a.example/x", 0, 3),
            Failed("server_error")
        );
        again.Translator.BeginAttempt(null);
        again.Accept([.. Message(0, "Hi"), Completed]);
        again.Lines.ShouldBe(["start", "+Hi", "finish stop", "usage 10+5", "done"]);
    }

    [Fact]
    public void A_refusal_by_policy_releases_the_text_that_was_held_back() =>
        new ChatRun(Stopping)
            .Accept(TextDelta(0, "Hello STO"), Failed("cyber_policy"))
            .Lines[..3]
            .ShouldBe(["start", "+Hello ", "+STO"]);

    [Fact]
    public void The_limit_counts_what_was_written_together_together()
    {
        var run = new ChatRun(ChatRun.Context() with { MaxTokens = 4 }).Accept(
            CallAdded(0),
            CallAdded(1),
            InputDelta(0, "ab"),
            InputDelta(1, "cd"),
            InputDelta(0, "ef"),
            InputDelta(1, "gh"),
            InputDelta(0, "ij")
        );

        run.Translator.State.ShouldBe(TranslationState.Satisfied);
        run.Lines.ShouldContain("1 +gh");
        run.Lines.ShouldNotContain("0 +ij");
    }

    [Fact]
    public void The_answer_was_made_when_the_upstream_says_so_or_else_when_it_was_asked()
    {
        var told = new ChatRun().Accept([
            """{"type":"response.created","response":{"id":"resp_1","created_at":1800000000}}""",
            """{"type":"response.in_progress","response":{"id":"resp_1"}}""",
            .. Message(0, "Hi"),
            Completed,
        ]);
        ChatRun.Write(told.Completion).ShouldContain("\"created\":1800000000");

        var silent = new ChatRun().Accept([.. Message(0, "Hi"), Completed]);
        ChatRun.Write(silent.Completion).ShouldContain("\"created\":1700000000");
    }
}
