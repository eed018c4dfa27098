using CodexProxy.Records;
using CodexProxy.Usage;
using static CodexProxy.Tests.Usage.SampleRecords;

namespace CodexProxy.Tests.Usage;

/// <summary>What every store promises, whatever it is made of.</summary>
public abstract class UsageStoreContract : IAsyncLifetime
{
    private IUsageStore _store = null!;

    private protected abstract IUsageStorage Storage { get; }

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync() => _store = await Storage.OpenAsync(None);

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_record_comes_back_as_it_went_in()
    {
        await AddAsync(Plain("req_plain"), Full("req_full"));

        Same(await _store.FindAsync("req_plain", None), Plain("req_plain"));
        Same(await _store.FindAsync("req_full", None), Full("req_full"));
        (await _store.FindAsync("req_none", None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_record_that_is_kept_already_stays_as_it_is()
    {
        await AddAsync(Plain("req_1"));

        await AddAsync(Full("req_1", Noon.AddHours(1)), Plain("req_2", Noon.AddHours(2)));

        Same(await _store.FindAsync("req_1", None), Plain("req_1"));
        (await _store.MeasureAsync(None)).ShouldSatisfyAllConditions(
            size => size.Records.ShouldBe(2),
            size => size.Oldest.ShouldBe(Noon),
            size => size.Bytes.ShouldBePositive()
        );
    }

    [Fact]
    public async Task Pages_follow_each_other_although_requests_go_on_to_end()
    {
        // Three of them end in the same millisecond.
        await AddAsync([.. Enumerable.Range(0, 7).Select(i => Plain($"req_{i}", Noon.AddSeconds(i / 3)))]);

        var first = await _store.ListAsync(new RequestQuery { Limit = 4 }, None);
        await AddAsync(Plain("req_9", Noon.AddSeconds(9)));
        UsageCursor.TryParse(first.Next!.ToString(), out var cursor).ShouldBeTrue();
        var second = await _store.ListAsync(new RequestQuery { Limit = 4, Before = cursor }, None);

        Ids(first.Requests).ShouldBe(["req_6", "req_5", "req_4", "req_3"]);
        first.Total.ShouldBe(7);
        Ids(second.Requests).ShouldBe(["req_2", "req_1", "req_0"]);
        second.Next.ShouldBeNull();
        second.Total.ShouldBeNull();
    }

    [Fact]
    public async Task Requests_are_found_by_everything_they_can_be_asked_for()
    {
        await AddAsync(
            Plain("req_a", Noon),
            Full("req_b", Noon.AddMinutes(1)),
            Plain("req_c", Noon.AddMinutes(2)) with
            {
                Session = "3f2a9c10",
                Ending = RequestEnding.ClientGone,
            }
        );

        await FoundAsync(new RequestQuery { Since = Noon.AddMinutes(1) }, "req_c", "req_b");
        await FoundAsync(new RequestQuery { Until = Noon.AddMinutes(1) }, "req_a");
        await FoundAsync(new RequestQuery { Model = "gpt-6.1" }, "req_b");
        await FoundAsync(new RequestQuery { Model = "opus" }, "req_c", "req_a");
        await FoundAsync(new RequestQuery { Session = "3f2a9c10" }, "req_c", "req_b");
        await FoundAsync(new RequestQuery { Session = "3f2a9c10", Agent = "" }, "req_c");
        await FoundAsync(new RequestQuery { Agent = "agent-1" }, "req_b");
        await FoundAsync(new RequestQuery { Account = "0123456789ab" }, "req_b");
        await FoundAsync(new RequestQuery { Client = "claude-cli" }, "req_b");
        await FoundAsync(new RequestQuery { Client = "claude-cli/2.1.0" }, "req_b");
        await FoundAsync(new RequestQuery { Ending = RequestEnding.ClientGone }, "req_c");
        await FoundAsync(new RequestQuery { Text = "req_a" }, "req_a");
        await FoundAsync(new RequestQuery { Text = "GPT-6" }, "req_b");
        await FoundAsync(new RequestQuery { Text = "overload" }, "req_b");
        await FoundAsync(new RequestQuery { Text = "' OR 1=1 --" });
    }

    [Fact]
    public async Task Sessions_are_told_with_the_latest_first_and_summed_up_whole()
    {
        await AddAsync(
            Plain("req_1", Noon) with
            {
                Session = "old",
            },
            Full("req_2", Noon.AddMinutes(1)) with
            {
                Session = "new",
                Project = "first",
            },
            Full("req_3", Noon.AddMinutes(2)) with
            {
                Session = "new",
                Agent = null,
                Project = "second",
                Ending = RequestEnding.Answered,
                Client = "claude-cli/2.2.0",
            },
            Plain("req_4", Noon.AddMinutes(3))
        );

        var page = await _store.ListSessionsAsync(new SessionQuery { Limit = 1 }, None);
        var rest = await _store.ListSessionsAsync(new SessionQuery { Limit = 1, Before = page.Next }, None);

        var session = page.Sessions.Single();
        session.Id.ShouldBe("new");
        session.Project.ShouldBe("second");
        session.Client.ShouldBe("claude-cli/2.2.0");
        session.StartedAt.ShouldBe(Noon.AddMinutes(1).AddSeconds(-2));
        session.LastAt.ShouldBe(Noon.AddMinutes(2));
        session.Agents.ShouldBe(1);
        session.Models.ShouldBe(["gpt-6.1"]);
        session.Sums.Requests.ShouldBe(2);
        session.Sums.Failed.ShouldBe(1);
        session.Sums.Tokens.ShouldBe(new TokenCounts(10_000, 8192, 24, 140, 40));
        session.Sums.HitRatio.ShouldBe(4096 / 4800.0);
        session.Sums.Misses.ShouldBe(2);
        session.Sums.ToolCalls.ShouldBe(6);
        session.Sums.ToolErrors.ShouldBe(2);
        rest.Sessions.Single().Id.ShouldBe("old");
        rest.Next.ShouldBeNull();
        await SessionsAsync(new SessionQuery { Since = Noon.AddMinutes(1) }, "new");
        await SessionsAsync(new SessionQuery { Text = "ol" }, "old");
        await SessionsAsync(new SessionQuery { Text = "SECO" }, "new");
    }

    [Fact]
    public async Task A_session_is_told_by_agent_and_turn()
    {
        await AddAsync(
            Full("req_1", Noon) with
            {
                Session = "s",
                Agent = null,
                Effort = "low",
            },
            Full("req_2", Noon.AddMinutes(1)) with
            {
                Session = "s",
            },
            Full("req_3", Noon.AddMinutes(2)) with
            {
                Session = "s",
                Agent = null,
            }
        );

        var story = (await _store.FindSessionAsync("s", None)).ShouldNotBeNull();

        Ids(story.Turns).ShouldBe(["req_1", "req_2", "req_3"]);
        story.Session.Sums.Requests.ShouldBe(3);
        story.Agents.Select(agent => agent.Agent).ShouldBe([null, "agent-1"]);
        story.Agents[0].Efforts.ShouldBe(["high", "low"]);
        story.Agents[0].Sums.Requests.ShouldBe(2);
        (await _store.FindSessionAsync("none", None)).ShouldBeNull();
    }

    [Fact]
    public async Task Names_are_summed_up_with_the_most_tokens_first()
    {
        await AddAsync(
            Plain("req_1") with
            {
                Tokens = new TokenCounts(10, 0, 0, 1, 0),
            },
            Full("req_2"),
            Full("req_3") with
            {
                ServedModel = "gpt-x",
                Account = null,
                Session = "other",
            }
        );

        var models = await SumAsync(UsageKey.Model);
        models
            .Rows.Select(row => (row.Key, row.Sums.Requests, row.Sums.Tokens.Input))
            .ShouldBe([("gpt-x", 2, 5010), ("gpt-6.1", 1, 5000)]);
        models.Total.Tokens.Input.ShouldBe(10_010);
        models.Rows[0].Sums.TotalMsMean.ShouldBe((2000 + 1999) / 2.0);
        models.Rows[0].Sums.FirstMsMean.ShouldBe(345);
        (await SumAsync(UsageKey.Account)).Rows.Select(row => row.Key).ShouldBe([null, "0123456789ab"]);
        (await SumAsync(UsageKey.Client)).Rows.Select(row => row.Key).ShouldBe(["claude-cli", null]);
        (await SumAsync(UsageKey.Project)).Rows.Select(row => row.Key).ShouldBe(["shop", null]);
        (await SumAsync(UsageKey.Session))
            .Rows.Select(row => (row.Key, row.Label))
            .ShouldBe([("3f2a9c10", "shop"), ("other", "shop"), (null, null)]);
        (await SumAsync(UsageKey.Project, query => query with { Split = UsageKey.Model }))
            .Rows.Select(row => (row.Key, row.Split))
            .ShouldBe([("shop", "gpt-6.1"), ("shop", "gpt-x"), (null, "gpt-x")]);
        (await SumAsync(UsageKey.Model, query => query with { Model = "gpt-6.1" })).Total.Requests.ShouldBe(1);
        (await SumAsync(UsageKey.Model, query => query with { Account = "0123456789ab" })).Total.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Times_are_summed_up_in_the_zone_of_the_one_who_asks()
    {
        // Three quarters of an hour off, and an hour less from noon on: the time from 17:45 to 18:45 comes twice.
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            new DateTime(2026, 1, 1),
            new DateTime(2026, 12, 31),
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1), 1, 2),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 18, 45, 0), 11, 21)
        );
        var zone = TimeZoneInfo.CreateCustomTimeZone("x", new TimeSpan(5, 45, 0), "x", "x", "x", [rule]);
        await AddAsync(
            Plain("req_1", Noon.AddMinutes(-61)),
            Plain("req_2", Noon.AddMinutes(-59)),
            Plain("req_3", Noon.AddMinutes(1)),
            Plain("req_4", Noon.AddHours(7))
        );

        (await SumAsync(UsageKey.Hour, zone: zone))
            .Rows.Select(row => (row.Key, row.Sums.Requests))
            .ShouldBe([("2026-11-21T17:00", 3), ("2026-11-22T00:00", 1)]);
        (await SumAsync(UsageKey.Day, zone: zone))
            .Rows.Select(row => (row.Key, row.Sums.Requests))
            .ShouldBe([("2026-11-21", 3), ("2026-11-22", 1)]);
        (await SumAsync(UsageKey.Minute, query => query with { Since = Noon, Until = Noon.AddHours(1) }))
            .Rows.Select(row => row.Key)
            .ShouldBe(["2026-11-21T12:01"]);
    }

    [Fact]
    public async Task All_of_a_time_is_read_oldest_first_however_much_it_is()
    {
        await AddAsync([.. Many(2500, Noon)]);

        var all = await _store.ReadAllAsync(null, null, None).ToListAsync();
        var some = await _store.ReadAllAsync(Noon.AddMinutes(-3), Noon, None).ToListAsync();

        Ids(all).ShouldBe(Enumerable.Range(0, 2500).Select(i => $"req_{i:d7}"));
        Ids(some).ShouldBe(["req_0002496", "req_0002497", "req_0002498"]);
    }

    [Fact]
    public async Task What_is_old_is_forgotten_and_what_is_too_much_too()
    {
        await AddAsync([.. Many(3000, Noon)]);

        (await _store.PruneAsync(Noon.AddMinutes(-1999), None)).ShouldBe(1000);
        (await _store.MeasureAsync(None)).Oldest.ShouldBe(Noon.AddMinutes(-1999));
        (await _store.FindAsync("req_0000000", None)).ShouldBeNull();

        var size = (await _store.MeasureAsync(None)).Bytes;
        (await _store.ShrinkAsync(size, None)).ShouldBe(0);
        var gone = await _store.ShrinkAsync(size / 2, None);
        gone.ShouldBeInRange(600, 1500);
        var after = await _store.MeasureAsync(None);
        after.Bytes.ShouldBeLessThanOrEqualTo(size / 2);
        after.Records.ShouldBe(2000 - gone);
        (await _store.FindAsync("req_0002999", None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_reader_sees_what_is_written()
    {
        var reader = (await Storage.OpenReaderAsync(None)).ShouldNotBeNull();
        await AddAsync(Plain("req_1"));

        (await reader.FindAsync("req_1", None)).ShouldNotBeNull();

        await AddAsync(Plain("req_2"));
        (await reader.ListAsync(new RequestQuery(), None)).Total.ShouldBe(2);
    }

    [Fact]
    public async Task Readers_and_the_writer_do_not_stop_each_other()
    {
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await AddAsync([
                    .. Many(20, Noon.AddDays(-i))
                        .Select(record => record with { RequestId = $"{record.RequestId}_{i}" }),
                ]);
            }
        });
        long seen = 0;
        while (!writing.IsCompleted)
        {
            var now = (await SumAsync(UsageKey.Model)).Total.Requests;
            (now % 20).ShouldBe(0, "a batch is seen whole or not at all");
            now.ShouldBeGreaterThanOrEqualTo(seen);
            seen = now;
        }

        await writing;
        (await SumAsync(UsageKey.Model)).Total.Requests.ShouldBe(800);
    }

    private Task AddAsync(params RequestRecord[] records) => _store.AppendAsync(records, None);

    private async Task FoundAsync(RequestQuery query, params string[] ids)
    {
        var page = await _store.ListAsync(query, None);
        Ids(page.Requests).ShouldBe(ids, query.ToString());
        page.Total.ShouldBe(ids.Length);
    }

    private async Task SessionsAsync(SessionQuery query, params string[] ids) =>
        (await _store.ListSessionsAsync(query, None)).Sessions.Select(session => session.Id).ShouldBe(ids);

    private Task<UsageTable> SumAsync(
        UsageKey by,
        Func<UsageQuery, UsageQuery>? change = null,
        TimeZoneInfo? zone = null
    )
    {
        var query = new UsageQuery(by, zone ?? TimeZoneInfo.Utc);
        return _store.SumAsync(change?.Invoke(query) ?? query, None);
    }

    private static IEnumerable<string> Ids(IEnumerable<RequestRecord> records) =>
        records.Select(record => record.RequestId);

    // Lists in records compare by reference; their JSON does not.
    private static void Same(RequestRecord? actual, RequestRecord expected)
    {
        actual.ShouldNotBeNull();
        RecordDetail.Write(actual).ShouldBe(RecordDetail.Write(expected));
        (actual.Cache is null).ShouldBe(expected.Cache is null);
        actual.Cache?.Reason.ShouldBe(expected.Cache?.Reason);
        actual.Cache?.Resent.ShouldBe(expected.Cache!.Resent);
        (actual with { Losses = [], Attempts = [], Cache = null }).ShouldBe(
            expected with
            {
                Losses = [],
                Attempts = [],
                Cache = null,
            }
        );
    }
}
