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

    private NamedKey Key(KeyLimits limits, string digest = "a") =>
        new("name", digest, _time.GetUtcNow()) { Limits = limits };
}
