using CodexProxy.Protocol.Anthropic;
using static CodexProxy.Protocol.Tests.Translation.ResponseWire;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Events of relays that leave out an index or an id, or tell it late: one item stays one block.</summary>
public sealed class ResponseRelayTests
{
    [Fact]
    public void An_item_that_a_delta_began_is_known_by_the_id_that_comes_later()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"}""",
            MessageAdded(0),
            """{"type":"response.output_item.done","item":{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Hi"}]}}""",
            Completed
        );

        Texts(run).ShouldBe(["Hi"]);
    }

    [Fact]
    public void An_item_announced_without_a_name_takes_the_index_of_its_delta()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_item.added","item":{"type":"message","content":[]}}""",
            """{"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"Hi"}""",
            """{"type":"response.output_item.done","output_index":3,"item":{"type":"message","content":[{"type":"output_text","text":"Hi"}]}}""",
            Completed
        );

        Texts(run).ShouldBe(["Hi"]);
    }

    [Fact]
    public void The_list_at_the_end_names_an_item_by_its_place_when_it_has_no_other_name()
    {
        var run = new ResponseRun().Accept(
            """{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi"}""",
            """{"type":"response.completed","response":{"output":[{"id":"msg_late","type":"message","content":[{"type":"output_text","text":"Hi"}]}]}}"""
        );

        Texts(run).ShouldBe(["Hi"]);
    }

    [Fact]
    public void The_list_at_the_end_names_messages_by_id_in_any_order()
    {
        var run = new ResponseRun().Accept(
            MessageAdded(0),
            TextDelta(0, "One"),
            MessageAdded(1),
            TextDelta(1, "Two"),
            """{"type":"response.completed","response":{"output":[{"id":"msg_1","type":"message","content":[{"type":"output_text","text":"Two!"}]},{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"One!"}]}]}}"""
        );

        Texts(run).ShouldBe(["One!", "Two!"]);
    }

    [Fact]
    public void The_list_at_the_end_names_calls_by_call_id_in_any_order()
    {
        var run = new ResponseRun().Accept(
            CallAdded(0),
            CallAdded(1),
            """{"type":"response.completed","response":{"output":[{"type":"function_call","call_id":"call_1","name":"Read","arguments":"{\"b\":1}"},{"type":"function_call","call_id":"call_0","name":"Read","arguments":"{\"a\":1}"}]}}"""
        );

        run.Message.Content.Count.ShouldBe(2);
        run.Lines.ShouldContain("0 +{\"a\":1}");
        run.Lines.ShouldContain("1 +{\"b\":1}");
    }

    [Fact]
    public void An_item_that_only_the_list_at_the_end_holds_is_told()
    {
        foreach (var end in (string[])["completed", "incomplete"])
        {
            var run = new ResponseRun().Accept(
                $$$"""{"type":"response.{{{end}}}","response":{"output":[{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Hi"}]}]}}"""
            );

            Texts(run).ShouldBe(["Hi"]);
        }
    }

    [Fact]
    public void Two_contradictions_within_one_item_are_one_item()
    {
        var run = new ResponseRun().Accept(
            MessageAdded(0),
            TextDelta(0, "One"),
            TextDelta(0, "Two", part: 1),
            """{"type":"response.output_item.done","output_index":0,"item":{"id":"msg_0","type":"message","content":[{"type":"output_text","text":"Other"},{"type":"output_text","text":"Another"}]}}""",
            Completed
        );

        run.Translator.Contradictions.ShouldBe(1);
    }

    [Fact]
    public void What_the_last_event_leaves_out_of_the_response_stays_known()
    {
        var kept = new ResponseRun().Accept([
            Created,
            .. Message(0, "Hi"),
            """{"type":"response.completed","response":{}}""",
        ]);
        kept.Translator.Turn!.ResponseId.ShouldBe("resp_1");
        kept.Translator.Turn!.ServingModel.ShouldBe("gpt-5.6-sol");

        var renamed = new ResponseRun().Accept([
            Created,
            .. Message(0, "Hi"),
            """{"type":"response.completed","response":{"id":"resp_2","model":"gpt-other"}}""",
        ]);
        renamed.Translator.Turn!.ResponseId.ShouldBe("resp_2");
        renamed.Translator.Turn!.ServingModel.ShouldBe("gpt-other");
    }

    private static IEnumerable<string> Texts(ResponseRun run) =>
        run.Message.Content.OfType<MessageBlock.Text>().Select(text => text.Value);
}
