using CodexProxy.Protocol.Failures;
using CodexProxy.Relay;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

public sealed class FailureMemoryTests
{
    private static readonly UpstreamFailure Refusal = new() { Kind = FailureKind.BadRequest };

    private readonly ManualTime _time = new();

    [Fact]
    public void A_refusal_is_remembered_for_a_minute()
    {
        var memory = new FailureMemory(_time);
        memory.Remember("body", Refusal);

        memory.Find("body").ShouldBe(Refusal);
        memory.Find("other").ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(60));
        memory.Find("body").ShouldBeNull();
    }

    [Fact]
    public void The_oldest_goes_when_there_are_too_many()
    {
        var memory = new FailureMemory(_time);
        for (var i = 0; i < 300; i++)
        {
            memory.Remember($"body {i}", Refusal);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        memory.Find("body 0").ShouldBeNull();
        memory.Find("body 299").ShouldNotBeNull();
    }

    [Fact]
    public void A_spent_account_rests_for_a_minute_or_until_its_reset()
    {
        var rests = new AccountRests(_time);
        rests.Consider("a", "m", new UpstreamFailure { Kind = FailureKind.UsageLimit });
        rests.Consider(
            "b",
            "m",
            new UpstreamFailure { Kind = FailureKind.UsageLimit, ResetsAt = _time.GetUtcNow().AddSeconds(5) }
        );

        rests.Find("a", "m").ShouldNotBeNull();
        rests.Find("a", "other").ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(6));
        rests.Find("b", "m").ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(54));
        rests.Find("a", "m").ShouldBeNull();
    }

    [Theory]
    [InlineData(FailureKind.Overloaded)]
    [InlineData(FailureKind.BadRequest)]
    [InlineData(FailureKind.Unauthorized)]
    public void What_passes_or_belongs_to_the_body_lets_nobody_rest(FailureKind kind)
    {
        var rests = new AccountRests(_time);
        rests.Consider("a", "m", new UpstreamFailure { Kind = kind });

        rests.Find("a", "m").ShouldBeNull();
    }
}
