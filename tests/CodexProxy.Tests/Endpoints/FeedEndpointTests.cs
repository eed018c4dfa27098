using System.Net;
using CodexProxy.Endpoints;
using CodexProxy.Feed;
using CodexProxy.Options;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Endpoints;

/// <summary>The live feed as a page sees it.</summary>
public sealed class FeedEndpointTests
{
    private const string Message =
        """{"model":"claude-opus-5-5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello."}]}""";

    private static CancellationToken Patience
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            return limit.Token;
        }
    }

    [Fact]
    public async Task A_request_is_told_from_its_start_to_its_end()
    {
        await using var stage = await Stage.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(stage.Gateway);
        await using var feed = await FeedReader.OpenAsync(browser, Patience);
        var hello = await feed.NextAsync("hello");

        using var answer = await stage.PostAsync(Message);
        await Stage.ReadStreamAsync(answer);

        hello.Data.GetProperty("version").GetString().ShouldBe(ProductInfo.Version);
        var (_, started) = await feed.NextAsync("started");
        started.GetProperty("face").GetString().ShouldBe("messages");
        started.GetProperty("client").GetString().ShouldBe("claude-cli/2.1.329");
        started.GetProperty("requestedModel").GetString().ShouldBe("claude-opus-5-5");
        started.GetProperty("phase").GetString().ShouldBe("waiting");
        var (_, progress) = await feed.NextAsync("progress");
        progress.GetProperty("phase").GetString().ShouldBe("streaming");
        progress.GetProperty("attempts").GetInt32().ShouldBe(1);
        progress.GetProperty("account").GetString()!.Length.ShouldBe(12);
        var (_, ended) = await feed.NextAsync("ended");
        ended.GetProperty("id").GetString().ShouldBe(started.GetProperty("id").GetString());
        ended.GetProperty("ending").GetString().ShouldBe("answered");
        ended.GetProperty("accountName").GetString().ShouldBe("person@example.com");
        stage.Gateway.Get<InFlightBook>().Now.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_vendors_own_client_is_seen_as_well()
    {
        await using var stage = await Stage.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(stage.Gateway);
        await using var feed = await FeedReader.OpenAsync(browser, Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/responses")
        {
            Content = new StringContent("""{"model":"gpt-6.1-sol","input":[],"stream":true}"""),
        };
        request.Headers.TryAddWithoutValidation("user-agent", "codex_exec/0.169.0");

        using var answer = await stage.Gateway.Http.SendAsync(request);

        var (_, started) = await feed.NextAsync("started");
        started.GetProperty("face").GetString().ShouldBe("vendor");
        started.GetProperty("model").GetString().ShouldBe("gpt-6.1-sol");
        (await feed.NextAsync("ended")).Data.GetProperty("face").GetString().ShouldBe("vendor");
    }

    [Fact]
    public async Task A_page_that_comes_back_goes_on_where_it_was()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        var live = gateway.Get<LiveFeed>();
        string last;
        await using (var feed = await FeedReader.OpenAsync(browser, Patience))
        {
            live.Publish(new AccountsChanged());
            last = (await feed.NextAsync("accounts")).Id;
        }

        live.Publish(new SettingsChanged());
        live.Publish(new AccountsChanged());
        await using var again = await FeedReader.OpenAsync(browser, Patience, last);

        var (first, second) = (await again.NextAsync(), await again.NextAsync());
        first!.Value.Name.ShouldBe("settings");
        second!.Value.Name.ShouldBe("accounts");
        long.Parse(second.Value.Id).ShouldBe(long.Parse(last) + 2);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("nonsense")]
    [InlineData("99999999999999999")]
    public async Task A_page_with_a_number_that_is_none_begins_anew(string last)
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);

        await using var feed = await FeedReader.OpenAsync(browser, Patience, last);

        (await feed.NextAsync())!.Value.Name.ShouldBe("hello");
    }

    [Fact]
    public async Task A_page_that_missed_too_much_begins_anew_and_holds_nobody_up()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        var live = gateway.Get<LiveFeed>();
        await using var slow = await FeedReader.OpenAsync(browser, Patience);
        var hello = await slow.NextAsync("hello");

        // Far more than the connection's buffers hold, while nobody reads: each is told at once all the same.
        for (var i = 0; i < 200_000; i++)
        {
            live.Publish(new QuotaTold("000000000000"));
        }

        var last = $"{live.ReadAfter(null).LastId}";
        var told = new List<string>();
        (string Name, string Id, System.Text.Json.JsonElement) next;
        do
        {
            next = (await slow.NextAsync())!.Value;
            told.Add(next.Name);
        } while (next.Id != last);

        told.ShouldContain("hello");
        told.Count.ShouldBeLessThan(200_000);
        live.Publish(new SettingsChanged());
        (await slow.NextAsync())!.Value.Name.ShouldBe("settings");
        await using var late = await FeedReader.OpenAsync(browser, Patience, hello.Id);
        (await late.NextAsync())!.Value.Name.ShouldBe("hello");
    }

    [Fact]
    public async Task Silence_is_broken_by_a_comment_and_accounts_of_others_are_noticed()
    {
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(time: time);
        using var browser = await DashboardBrowser.OpenAsync(stage.Gateway);
        using var response = await browser.SendAsync(HttpMethod.Get, "/api/feed");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Patience));
        while (await reader.ReadLineAsync(Patience) is { Length: > 0 }) { }
        await stage.SignInAsync("other@example.com");

        var patience = Patience;
        var lines = new List<string?>();
        var seeing = Task.Run(async () =>
        {
            while (!lines.Contains("event: accounts") || !lines.Contains(": still here"))
            {
                lines.Add(await reader.ReadLineAsync(patience));
            }
        });
        // Whether the feed waits already cannot be seen from here.
        while (!seeing.IsCompleted)
        {
            time.Advance(FeedEndpoint.Heartbeat);
            await Task.Yield();
        }

        await seeing;
    }

    [Fact]
    public async Task A_page_that_looks_on_does_not_keep_the_gateway_from_stopping()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        await using var feed = await FeedReader.OpenAsync(browser, Patience);
        await feed.NextAsync("hello");

        await gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(4), Patience);

        (await feed.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Too_many_pages_are_turned_away_and_make_room_again()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        var feeds = new List<FeedReader>();
        for (var i = 0; i < FeedEndpoint.MaxReaders; i++)
        {
            feeds.Add(await FeedReader.OpenAsync(browser, Patience));
        }

        using var refused = await browser.SendAsync(HttpMethod.Get, "/api/feed");
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        foreach (var feed in feeds)
        {
            await feed.DisposeAsync();
        }

        var status = HttpStatusCode.ServiceUnavailable;
        while (status == HttpStatusCode.ServiceUnavailable)
        {
            Patience.ThrowIfCancellationRequested();
            using var response = await browser.SendAsync(HttpMethod.Get, "/api/feed");
            status = response.StatusCode;
        }

        status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_changed_settings_file_is_told()
    {
        using var user = new TempFolder();
        await using var gateway = await RunningGateway.StartAsync(
            inputs: new OptionInputs
            {
                Environment = _ => null,
                UserFolder = user.Path,
                WorkingFolder = user.Path,
            }
        );
        using var browser = await DashboardBrowser.OpenAsync(gateway);
        await using var feed = await FeedReader.OpenAsync(browser, Patience);
        await feed.NextAsync("hello");

        gateway.Get<OptionsSource>().Reload();

        await feed.NextAsync("settings");
    }

    [Fact]
    public async Task A_request_that_waits_is_in_the_overview()
    {
        await using var stage = await Stage.StartAsync();
        using var browser = await DashboardBrowser.OpenAsync(stage.Gateway);
        await using var feed = await FeedReader.OpenAsync(browser, Patience);
        var gate = new Gate();
        stage.Simulator.Next(Turn.Hold(gate).Text("Hello."));

        var asking = stage.PostAsync(Message);
        await feed.NextAsync("started");
        var during = await browser.GetAsync("/api/overview");
        gate.Open();
        using var answer = await asking;
        await Stage.ReadStreamAsync(answer);
        await feed.NextAsync("ended");
        var after = await browser.GetAsync("/api/overview");

        during.GetProperty("inFlight").GetArrayLength().ShouldBe(1);
        after.GetProperty("inFlight").GetArrayLength().ShouldBe(0);
        after.GetProperty("today").GetProperty("requests").GetInt64().ShouldBe(1);
        after.GetProperty("perMinute")[59].GetProperty("requests").GetInt64().ShouldBeInRange(0, 1);
        after.GetProperty("account").GetProperty("email").GetString().ShouldBe("person@example.com");
    }
}
