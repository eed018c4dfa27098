using CodexProxy.Keys;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Keys;

public sealed class KeyMeterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Requests_of_a_minute_and_of_a_day_are_counted_apart()
    {
        var meter = new KeyMeter(_time);
        var key = Key(new KeyLimits(2, 3, null, null));

        meter.Ask(key).ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(20));
        meter.Ask(key).ShouldBeNull();
        meter.Ask(key).ShouldBe(new KeyRefusal("2 requests per minute", TimeSpan.FromSeconds(40)));
        _time.Advance(TimeSpan.FromSeconds(40));
        meter.Ask(key).ShouldBeNull();
        meter.Ask(key).ShouldBe(new KeyRefusal("3 requests per day", TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1)));
        _time.Advance(TimeSpan.FromHours(24));
        meter.Ask(key).ShouldBeNull();
    }

    [Fact]
    public void Tokens_hold_the_next_request_back()
    {
        var meter = new KeyMeter(_time);
        var key = Key(new KeyLimits(null, null, 100, null));

        meter.Ask(key).ShouldBeNull();
        meter.Count(key, 99);
        meter.Ask(key).ShouldBeNull();
        meter.Count(key, 1);

        meter.Ask(key)!.Limit.ShouldBe("100 tokens per minute");
        _time.Advance(TimeSpan.FromMinutes(1));
        meter.Ask(key).ShouldBeNull();
    }

    [Fact]
    public void Keys_do_not_share_their_limits()
    {
        var meter = new KeyMeter(_time);
        var limits = new KeyLimits(1, null, null, null);

        meter.Ask(Key(limits)).ShouldBeNull();
        meter.Ask(Key(limits, "b")).ShouldBeNull();
        meter.Ask(Key(limits)).ShouldNotBeNull();
    }

    [Fact]
    public void A_day_goes_on_after_a_restart_and_a_minute_does_not()
    {
        var key = Key(new KeyLimits(1, 3, null, 50));
        var before = new KeyMeter(_time);
        before.Ask(key).ShouldBeNull();
        before.Count(key, 40);
        _time.Advance(TimeSpan.FromHours(10));

        var meter = Restarted(before);

        meter.UsedBy(key).ShouldBe(new KeyUse(0, 1, 0, 40));
        meter.Ask(key).ShouldBeNull();
        meter.Count(key, 10);
        meter.Ask(key).ShouldBe(new KeyRefusal("50 tokens per day", TimeSpan.FromHours(14)));
        _time.Advance(TimeSpan.FromHours(14));
        meter.Ask(key).ShouldBeNull();
    }

    [Fact]
    public void A_clock_that_is_set_back_between_two_runs_neither_ends_a_day_nor_makes_it_longer()
    {
        var key = Key(new KeyLimits(null, 1, null, null));
        var before = new KeyMeter(_time);
        before.Ask(key).ShouldBeNull();
        _time.Advance(TimeSpan.FromHours(2));
        var kept = before.Days();
        _time.Set(TimeSpan.FromDays(-3));

        var meter = new KeyMeter(_time);
        meter.Restore(kept);

        meter.Ask(key)!.Wait.ShouldBe(TimeSpan.FromHours(24));
        _time.Set(TimeSpan.FromDays(9));
        var later = new KeyMeter(_time);
        later.Restore(kept);
        later.Ask(key).ShouldBeNull();
    }

    [Fact]
    public void Only_days_with_a_limit_are_kept()
    {
        var meter = new KeyMeter(_time);
        var changes = 0;
        meter.DayChanged += () => changes++;

        meter.Ask(Key(new KeyLimits(5, null, 5, null)));
        changes.ShouldBe(0);
        meter.Ask(Key(new KeyLimits(null, 1, null, null), "b")).ShouldBeNull();
        meter.Ask(Key(new KeyLimits(null, 1, null, null), "b")).ShouldNotBeNull();

        // What is refused is not counted.
        changes.ShouldBe(1);
        meter.Days().Select(day => day.Digest).ShouldBe(["b"]);
        _time.Advance(TimeSpan.FromHours(24));
        meter.Days().ShouldBeEmpty();
    }

    private KeyMeter Restarted(KeyMeter before)
    {
        var meter = new KeyMeter(_time);
        meter.Restore(before.Days());
        return meter;
    }

    private NamedKey Key(KeyLimits limits, string digest = "a") =>
        new("name", digest, _time.GetUtcNow()) { Limits = limits };
}
