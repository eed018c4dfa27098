using CodexProxy.Accounts;
using CodexProxy.Tests.Support;
using CodexProxy.Usage;
using CodexProxy.Views;

namespace CodexProxy.Tests.Views;

/// <summary>What is told of many sums.</summary>
public sealed class UsageTableViewTests
{
    [Theory]
    [InlineData("Session", 500, 100)]
    [InlineData("Project", 500, 100)]
    [InlineData("Hour", 600, 0)]
    public async Task Names_beyond_five_hundred_are_left_out_and_counted_and_times_never(string by, int shown, int left)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var rows = Enumerable.Range(0, 600).Select(i => new UsageRow($"{i:D3}", null, null, UsageSums.None));
        var query = new UsageQuery(Enum.Parse<UsageKey>(by), TimeZoneInfo.Utc);

        var view = UsageTableView.Of(
            new UsageTable([.. rows], UsageSums.None),
            query,
            new AccountNames(gateway.Get<AccountDirectory>().Current)
        );

        view.Rows.Count.ShouldBe(shown);
        view.Rows[0].Key.ShouldBe("000");
        view.LeftOut.ShouldBe(left);
    }
}
