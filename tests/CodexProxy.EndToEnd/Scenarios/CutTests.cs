using CodexProxy.EndToEnd.Harness;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>Streams that end without saying so: nothing is lost, and no cut ever looks like an end.</summary>
public sealed class CutTests
{
    [RealClientFact]
    public async Task A_cut_before_any_block_is_not_seen()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Text("Never said.").CutAfter(2));
        stage.Upstream.Next(Turn.Text("Said whole."));

        var run = await stage.AskAsync("Hi.");

        run.Answer.ShouldBe("Said whole.", run.ToString());
        run.Of("system", "api_retry").ShouldBeEmpty();
        stage.Asked.Count.ShouldBe(2);
    }

    [RealClientFact]
    public async Task A_cut_inside_the_first_block_makes_the_client_repeat_the_stream()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.PartialText("Half a ", "sent").EndsWithoutTerminal());
        stage.Upstream.Next(Turn.Text("A whole sentence."));

        var run = await stage.AskAsync("Speak.");

        run.Answer.ShouldBe("A whole sentence.", run.ToString());
        run.Texts.ShouldBe(["A whole sentence."]);
        stage.ShouldHaveAsked(2);
        stage.Asked[1].Text.ShouldBe(stage.Asked[0].Text);
    }

    [RealClientFact]
    public async Task A_cut_after_a_finished_call_keeps_the_call()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(
            Turn.Calls(ToolCall.Bash("echo kept")).PartialText("And now ", "some").EndsWithoutTerminal()
        );
        stage.Upstream.Next(Turn.Text("It was kept."));

        var run = await stage.AskAsync("Run it.");

        run.Answer.ShouldBe("It was kept.", run.ToString());
        stage.ShouldHaveAsked(2);
        stage.Asked[1].OutputTexts.ShouldBe(["kept"]);
    }

    [RealClientFact]
    public async Task A_cut_right_behind_a_finished_call_is_not_seen()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Reasoning("Run.").Calls(ToolCall.Bash("echo whole")).EndsWithoutTerminal());
        stage.Upstream.Next(Turn.Text("It ran."));

        var run = await stage.AskAsync("Run it.");

        run.Answer.ShouldBe("It ran.", run.ToString());
        run.Texts.ShouldBe(["It ran."]);
        stage.ShouldHaveAsked(2);
        stage.Asked[1].OutputTexts.ShouldBe(["whole"]);
    }

    [RealClientFact]
    public async Task A_cut_in_the_second_text_never_looks_like_an_end()
    {
        await using var stage = await Stage.OpenAsync();
        stage.Upstream.Next(Turn.Commentary("The first part.").PartialText("The second ", "pa").EndsWithoutTerminal());
        stage.Upstream.Next(Turn.Text("The rest."));

        var run = await stage.AskAsync("Tell.");

        run.Answer.ShouldBe("The rest.", run.ToString());
        run.Texts.ShouldContain("The first part.");
        stage.ShouldHaveAsked(2);
        // The client keeps what it has and asks for the rest.
        stage.Asked[1].LastUserText.ShouldContain("cut off");
    }
}
