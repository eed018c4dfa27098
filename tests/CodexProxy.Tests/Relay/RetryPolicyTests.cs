using CodexProxy.Protocol.Failures;
using CodexProxy.Relay;

namespace CodexProxy.Tests.Relay;

public sealed class RetryPolicyTests
{
    private readonly RetryPolicy _policy = new(new Random(7));

    [Theory]
    [InlineData(FailureKind.ServerError)]
    [InlineData(FailureKind.Overloaded)]
    public void Two_transient_failures_are_hidden_with_growing_delays(FailureKind kind)
    {
        var failure = new UpstreamFailure { Kind = kind };

        _policy.Decide(failure, out var first).ShouldBe(NextStep.Repeat);
        _policy.Decide(failure, out var second).ShouldBe(NextStep.Repeat);
        _policy.Decide(failure, out _).ShouldBe(NextStep.GiveUp);

        first.TotalMilliseconds.ShouldBeInRange(180, 220);
        second.TotalMilliseconds.ShouldBeInRange(360, 440);
        _policy.Retries.ShouldBe(2);
    }

    [Fact]
    public void The_sign_in_is_recovered_once_and_costs_no_retry()
    {
        var failure = new UpstreamFailure { Kind = FailureKind.Unauthorized };

        _policy.Decide(failure, out _).ShouldBe(NextStep.RepeatSignedIn);
        _policy.Decide(failure, out _).ShouldBe(NextStep.GiveUp);
    }

    [Fact]
    public void Final_failures_are_final()
    {
        _policy.Decide(new UpstreamFailure { Kind = FailureKind.UsageLimit }, out _).ShouldBe(NextStep.GiveUp);
        _policy.Retries.ShouldBe(0);
    }
}
