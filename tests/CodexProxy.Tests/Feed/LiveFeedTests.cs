using CodexProxy.Feed;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Feed;

/// <summary>The ring of facts, and what a request tells of itself.</summary>
public sealed class LiveFeedTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_reader_that_begins_starts_at_the_end()
    {
        var feed = new LiveFeed(_time);
        feed.Publish(new AccountsChanged());

        var batch = feed.ReadAfter(null);

        batch.HasGap.ShouldBeTrue();
        batch.Events.ShouldBeEmpty();
        feed.Publish(new SettingsChanged());
        feed.ReadAfter(batch.LastId).Events.Single().Fact.ShouldBeOfType<SettingsChanged>();
    }

    [Fact]
    public void A_reader_that_was_away_gets_what_it_missed_in_order_and_once()
    {
        var feed = new LiveFeed(_time);
        var seen = feed.ReadAfter(null).LastId;
        for (var i = 0; i < LiveFeed.Capacity; i++)
        {
            feed.Publish(new QuotaTold($"{i}"));
        }

        var batch = feed.ReadAfter(seen);

        batch.HasGap.ShouldBeFalse();
        batch
            .Events.Select(e => ((QuotaTold)e.Fact).Account)
            .ShouldBe(Enumerable.Range(0, LiveFeed.Capacity).Select(i => $"{i}"));
        batch.Events.Select(e => e.Id).ShouldBe(Enumerable.Range(1, LiveFeed.Capacity).Select(i => seen + i));
        feed.ReadAfter(batch.LastId).Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_reader_that_was_away_too_long_is_told_so()
    {
        var feed = new LiveFeed(_time);
        var seen = feed.ReadAfter(null).LastId;
        for (var i = 0; i <= LiveFeed.Capacity; i++)
        {
            feed.Publish(new AccountsChanged());
        }

        feed.ReadAfter(seen).HasGap.ShouldBeTrue();
        feed.ReadAfter(seen + 1).Events.Count.ShouldBe(LiveFeed.Capacity);
    }

    [Fact]
    public void Numbers_of_another_run_are_none_of_ours()
    {
        var before = new LiveFeed(_time);
        before.Publish(new AccountsChanged());
        _time.Advance(TimeSpan.FromSeconds(1));
        var feed = new LiveFeed(_time);

        feed.ReadAfter(before.ReadAfter(null).LastId).HasGap.ShouldBeTrue();
        feed.ReadAfter(feed.ReadAfter(null).LastId + 1).HasGap.ShouldBeTrue();
        feed.ReadAfter(0).HasGap.ShouldBeTrue();
        feed.ReadAfter(long.MaxValue).HasGap.ShouldBeTrue();
    }

    [Fact]
    public void The_wait_for_more_ends_when_there_is_more()
    {
        var feed = new LiveFeed(_time);
        var seen = feed.ReadAfter(null).LastId;
        var (one, two) = (feed.MoreAfterAsync(seen), feed.MoreAfterAsync(seen));

        one.IsCompleted.ShouldBeFalse();
        feed.Publish(new AccountsChanged());

        one.IsCompleted.ShouldBeTrue();
        two.IsCompleted.ShouldBeTrue();
        feed.MoreAfterAsync(seen).IsCompleted.ShouldBeTrue();
        feed.MoreAfterAsync(seen + 1).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_request_is_seen_from_its_arrival_to_its_end()
    {
        var feed = new LiveFeed(_time);
        var book = new InFlightBook(feed);
        using (var request = book.Begin(First))
        {
            book.Now.Single().IsStreaming.ShouldBeFalse();
            request.Attempt("account");
            request.Event(TimeSpan.FromMilliseconds(100));
            request.Output(TimeSpan.FromMilliseconds(120));
            request.Output(TimeSpan.FromMilliseconds(999));

            var now = book.Now.Single();
            now.FirstOutput.ShouldBe(TimeSpan.FromMilliseconds(120));
            (now.Account, now.Attempts, now.Events).ShouldBe(("account", 1, 1));
        }

        book.Now.ShouldBeEmpty();
    }

    [Fact]
    public void Progress_is_told_with_the_first_output_and_then_once_a_second()
    {
        var feed = new LiveFeed(_time);
        var seen = feed.ReadAfter(null).LastId;
        using var request = new InFlightBook(feed).Begin(First);
        for (var ms = 0; ms < 3000; ms += 10)
        {
            request.Event(TimeSpan.FromMilliseconds(ms));
            if (ms >= 500)
            {
                request.Output(TimeSpan.FromMilliseconds(ms));
            }
        }

        var told = feed.ReadAfter(seen).Events;
        told[0].Fact.ShouldBeOfType<RequestStarted>();
        told.Skip(1).Select(e => ((RequestProgressed)e.Fact).Request.Events).ShouldBe([51, 151, 251]);
    }

    private InFlight First =>
        new()
        {
            Id = "req_1",
            StartedAt = _time.GetUtcNow(),
            Face = RequestFace.Messages,
            RequestedModel = "claude-opus-5-5",
            Model = "gpt-6.1-sol",
        };
}
