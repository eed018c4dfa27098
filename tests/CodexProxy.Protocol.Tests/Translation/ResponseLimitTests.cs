using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Translation;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>What the gateway enforces itself: stop sequences, the output limit, the prefill, scrubbed arguments.</summary>
public sealed class ResponseLimitTests
{
    [Theory]
    [InlineData("xABCy", "x", "ABC")] // the longest of those that start together
    [InlineData("xABy", "x", "AB")]
    [InlineData("xBCy", "x", "BC")]
    [InlineData("xAB", "x", "AB")] // decided by the end of the text
    [InlineData("xABQDBC", "x", "AB")]
    [InlineData("AABC", "A", "ABC")]
    public void The_stop_sequence_that_starts_first_wins_then_the_longest(string text, string before, string matched)
    {
        var context = ResponseFixtures.Context() with { StopSequences = ["BC", "AB", "ABC"] };
        foreach (var pieces in new[] { [text], text.Select(c => c.ToString()).ToArray() })
        {
            var run = new ResponseRun(context).Accept([.. pieces.Select(p => TextDelta(0, p)), MessageDone(0, text)]);

            run.Translator.State.ShouldBe(TranslationState.Satisfied);
            run.Message.StopSequence.ShouldBe(matched);
            run.Message.Content.ShouldBe([new MessageBlock.Text(before)]);
        }
    }

    [Fact]
    public void A_stop_sequence_at_the_very_start_leaves_no_block()
    {
        var context = ResponseFixtures.Context() with { StopSequences = ["STOP"] };

        new ResponseRun(context).Accept(TextDelta(0, "STOP")).Message.Content.ShouldBeEmpty();
    }

    [Fact]
    public void Stop_sequences_are_not_looked_for_in_thinking_arguments_or_across_blocks()
    {
        var context = ResponseFixtures.Context() with { StopSequences = ["STOP"], ThinkingRequested = true };
        var run = new ResponseRun(context).Accept([
            .. Reasoning(0, "STOP"),
            .. Call(1, "\"STOP\""),
            .. Message(2, "ST"),
            .. Message(3, "OP"),
            Completed,
        ]);

        run.Message.StopReason.ShouldBe(StopReason.ToolUse);
        run.Lines.ShouldContain("2 +ST");
        run.Lines.ShouldContain("3 +OP");
    }

    [Fact]
    public void A_stop_sequence_in_a_waiting_item_ends_the_answer_only_in_its_turn()
    {
        var context = ResponseFixtures.Context() with { StopSequences = ["STOP"] };
        var run = new ResponseRun(context).Accept(CallAdded(0), TextDelta(1, "a STOP"));
        run.Translator.State.ShouldBe(TranslationState.Running);

        run.Accept(CallDone(0, "{}"));
        run.Translator.State.ShouldBe(TranslationState.Satisfied);
        run.Lines[^5..].ShouldBe(["1 text", "1 +a ", "1 stop", "end stop_sequence", "message_stop"]);
    }

    [Fact]
    public void The_limit_cuts_a_delta_at_the_token_boundary()
    {
        var context = ResponseFixtures.Context() with { MaxTokens = 3 };
        var run = new ResponseRun(context).Accept(TextDelta(0, "one two three four five"));

        run.Message.Content.ShouldBe([new MessageBlock.Text("one two three")]);
        run.Message.StopReason.ShouldBe(StopReason.MaxTokens);
        run.Message.Usage.OutputTokens.ShouldBe(3);
        run.Translator.State.ShouldBe(TranslationState.Satisfied);
    }

    [Fact]
    public void The_limit_counts_all_blocks_and_cuts_arguments_too()
    {
        var context = ResponseFixtures.Context() with { MaxTokens = 4 };
        var run = new ResponseRun(context).Accept([.. Message(0, "one two"), .. Call(1, "{\"a\":1}")]);

        run.Lines[^5..].ShouldBe(["1 tool_use toolu_1 Read", "1 +{\"", "1 stop", "end max_tokens", "message_stop"]);
    }

    [Fact]
    public void Thinking_is_not_charged_to_the_limit()
    {
        var context = ResponseFixtures.Context() with { MaxTokens = 1, ThinkingRequested = true };
        var run = new ResponseRun(context).Accept([.. Reasoning(0, "a long thought"), TextDelta(1, "yes no")]);

        run.Message.Content[1].ShouldBe(new MessageBlock.Text("yes"));
    }

    [Fact]
    public void Nothing_is_counted_while_the_limit_is_out_of_reach()
    {
        var counted = 0;
        var settings = ResponseFixtures.Settings() with { CountTokens = text => counted += text.Length };
        var context = ResponseFixtures.Context() with { MaxTokens = 1000 };
        new ResponseRun(context, settings).Accept([.. Message(0, new string('x', 999)), Completed]);

        counted.ShouldBe(0);
    }

    [Theory]
    [InlineData("Line\n{", "Line\n{\"a\"", "\"a\"")]
    [InlineData("Line\n{", "{\"a\"", "\"a\"")]
    [InlineData("Line\n{", "\"a\"", "\"a\"")]
    [InlineData("Line\n{", "Lineal", "Lineal")]
    [InlineData("Line\n{", "Line\n{", "")]
    [InlineData("a\na", "ab", "b")]
    public void A_repeated_prefill_is_dropped(string prefill, string text, string rest)
    {
        var context = ResponseFixtures.Context() with { Prefill = prefill };
        foreach (var pieces in new[] { [text], text.Select(c => c.ToString()).ToArray() })
        {
            var run = new ResponseRun(context).Accept([.. pieces.Select(p => TextDelta(0, p)), MessageDone(0, text)]);

            string.Concat(run.Output.OfType<StreamEvent.TextDelta>().Select(e => e.Text)).ShouldBe(rest);
        }
    }

    [Fact]
    public void Only_the_beginning_of_the_output_can_repeat_the_prefill()
    {
        var context = ResponseFixtures.Context() with { Prefill = "Once" };
        var run = new ResponseRun(context).Accept([.. Message(0, "Twice"), .. Message(1, "Once"), Completed]);

        run.Message.Content.ShouldBe([new MessageBlock.Text("Twice"), new MessageBlock.Text("Once")]);
    }

    [Theory]
    [InlineData("""{"file_path":"/a","pages":""}""", """{"file_path":"/a"}""")]
    [InlineData("""{"pages":"","file_path":"/a"}""", """{"file_path":"/a"}""")]
    [InlineData("""{"pages":""}""", """{}""")]
    [InlineData("""{ "a" : 1 , "pages" : "" , "b":[1,{"pages":""}] }""", """{ "a" : 1  , "b":[1,{"pages":""}] }""")]
    [InlineData("""{"pages":"1-3","a":"x,\"pages\":\"\""}""", """{"pages":"1-3","a":"x,\"pages\":\"\""}""")]
    [InlineData("""{"pages":"","pages":"","a":{"b":"}"},"c":"\\"}""", """{"a":{"b":"}"},"c":"\\"}""")]
    [InlineData("""{"pages":null,"limit":""}""", """{"pages":null,"limit":""}""")]
    [InlineData("""{"\",":"","pages":""}""", """{"\",":""}""")]
    [InlineData("""["pages",""]""", """["pages",""]""")]
    [InlineData("""{"a":1,"pag""", """{"a":1,"pag""")]
    public void Listed_empty_arguments_are_removed_wherever_the_stream_is_split(string arguments, string expected)
    {
        var context = ResponseFixtures.Context() with { ScrubbedArguments = [new("Read", "pages")] };
        for (var at = 0; at <= arguments.Length; at++)
        {
            var run = new ResponseRun(context).Accept(
                CallAdded(0),
                InputDelta(0, arguments[..at]),
                InputDelta(0, arguments[at..]),
                CallDone(0, arguments)
            );

            string.Concat(run.Output.OfType<StreamEvent.InputJsonDelta>().Select(e => e.PartialJson))
                .ShouldBe(expected);
        }
    }

    [Fact]
    public void Other_tools_keep_their_empty_arguments_and_other_keys_are_not_delayed()
    {
        var context = ResponseFixtures.Context() with { ScrubbedArguments = [new("Read", "pages")] };

        new ResponseRun(context)
            .Accept(Call(0, """{"pages":""}""", "Write"))
            .Lines.ShouldContain("""0 +{"pages":""}""");
        new ResponseRun(context)
            .Accept(CallAdded(0), InputDelta(0, """{"file":"/a"""))
            .Lines.ShouldContain("""0 +{"file":"/a""");
    }
}
