using System.Globalization;
using CodexProxy.Commands;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Records;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Terminals;
using CodexProxy.Views;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>What a long session sends again is read from the prompt cache: the plan pays for new words only.</summary>
public sealed class CacheTests
{
    private const int Turns = 40;
    private const double Least = 0.95;

    [RealClientFact]
    public async Task A_session_of_forty_turns_reads_what_it_sends_again_from_the_cache()
    {
        await using var stage = await Stage.OpenAsync();
        for (var turn = 1; turn < Turns; turn++)
        {
            stage.Upstream.Next(
                Turn.Reasoning($"Step {turn}.").Calls(ToolCall.Bash($"seq {turn} {turn + 60}; echo step {turn}"))
            );
        }

        stage.Upstream.Next(Turn.Text("All steps are done."));

        var run = await stage.AskAsync(new ClientCall("Count for a while.") { Limit = TimeSpan.FromSeconds(150) });

        run.Answer.ShouldBe("All steps are done.", run.ToString());
        stage.ShouldHaveAsked(Turns);
        var story = stage.Get<CacheBook>().Sessions.ShouldHaveSingleItem();
        Report(story);
        // The gateway's own book, by the counts of the upstream.
        story.Session.ShouldBe(run.SessionId);
        story.Requests.ShouldBe(Turns);
        story.Misses.ShouldBe(0);
        story.Resent.ShouldBeGreaterThan(story.Input / 2);
        ((double)story.Cached / story.Resent).ShouldBeGreaterThanOrEqualTo(Least);
        story.Entries.ShouldAllBe(entry => entry.Verdict.Lane == 1 && entry.Verdict.Changes.Count == 0);
        // The upstream's book says the same, and its requests only grew. (The client repeats some reminders word for word;
        // those are new items at the end, nothing that was sent again.)
        var lane = stage.Upstream.Cache.Lanes.ShouldHaveSingleItem();
        lane.Requests.ShouldBe(Turns);
        lane.CachedTokens.ShouldBe(story.Entries.Sum(entry => entry.Verdict.Cached));
        stage.Asked.Zip(stage.Asked.Skip(1)).ShouldAllBe(pair => pair.Second.Extends(pair.First));
    }

    private static void Report(CacheStory story)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var terminal = new Terminal(text, text, outputColour: false, messageColour: false);
        new CacheScreen(terminal, TimeProvider.System).Show(
            new CacheView([CacheSessionView.Of(story)]),
            everyRequest: true
        );
        TestContext.Current.TestOutputHelper!.WriteLine(text.ToString());
    }
}
