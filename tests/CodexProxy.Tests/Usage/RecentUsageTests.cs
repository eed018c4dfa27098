using CodexProxy.Records;
using CodexProxy.Usage;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Usage;

/// <summary>The requests of this run, asked as a store is.</summary>
public sealed class RecentUsageTests
{
    [Fact]
    public async Task No_request_is_left_out_or_told_twice_when_many_end_at_once()
    {
        var book = new RequestBook();
        foreach (var id in (string[])["req_5", "req_1", "req_4", "req_2", "req_3"])
        {
            book.Add(Plain(id), null);
        }

        var usage = new RecentUsage(book);
        var told = new List<string>();
        UsageCursor? before = null;
        do
        {
            var page = await usage.ListAsync(
                new RequestQuery { Limit = 2, Before = before },
                TestContext.Current.CancellationToken
            );
            told.AddRange(page.Requests.Select(record => record.RequestId));
            before = page.Next;
        } while (before is not null);

        told.ShouldBe(["req_5", "req_4", "req_3", "req_2", "req_1"]);
    }
}
