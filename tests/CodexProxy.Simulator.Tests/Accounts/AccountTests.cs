using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Tests.Support;

namespace CodexProxy.Simulator.Tests.Accounts;

public sealed class AccountTests
{
    [Fact]
    public async Task Usage_and_account_check_have_the_members_of_the_samples()
    {
        await using var caller = await Caller.StartAsync();
        caller.Simulator.Quota.Primary.UsedPercent = 42;

        var (_, usage) = await caller.GetAsync("/backend-api/wham/usage");
        var (_, check) = await caller.GetAsync("/backend-api/wham/accounts/check");

        var window = usage.GetProperty("rate_limit").GetProperty("primary_window");
        window.GetProperty("used_percent").GetDouble().ShouldBe(42);
        window.GetProperty("limit_window_seconds").GetInt32().ShouldBe(18000);
        var sample = Fixtures.Json("codex-backend", "json", "accounts-check-response.json");
        Names(check.GetProperty("accounts")[0]).ShouldBe(Names(sample.GetProperty("accounts")[0]));
        check.GetProperty("accounts")[0].GetProperty("id").GetString().ShouldBe(caller.Tokens.Account.Id);

        static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];
    }

    [Fact]
    public async Task Every_accepted_request_fills_the_window_until_nothing_is_left_and_time_empties_it()
    {
        var clock = new ManualClock();
        await using var caller = await Caller.StartAsync(new SimulatorOptions { TimeProvider = clock });
        caller.Simulator.Quota.PercentPerRequest = 50;

        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
        using var response = await caller.SendAsync(Bodies.Plain);
        ((int)response.StatusCode).ShouldBe(429);
        response.Headers.GetValues("x-codex-rate-limit-reached-type").ShouldBe(["rate_limit_reached"]);
        response.Headers.GetValues("x-codex-primary-used-percent").ShouldBe(["100"]);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("usage_limit_reached");
        error.GetProperty("resets_in_seconds").GetInt32().ShouldBe(18000);
        caller.Simulator.Requests.Refused.ShouldBeEmpty();

        clock.Advance(TimeSpan.FromHours(5));
        (await caller.AskAsync(Bodies.Plain)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_deactivated_workspace_is_told_so()
    {
        await using var caller = await Caller.StartAsync();
        caller.Tokens.Account.IsDeactivated = true;

        (await caller.AskAsync(Bodies.Plain)).ShouldBe((402, """{"detail":{"code":"deactivated_workspace"}}"""));
    }

    [Fact]
    public async Task Unknown_paths_are_not_found_and_counted()
    {
        await using var caller = await Caller.StartAsync();

        (await caller.GetAsync("/backend-api/ps/plugins/installed")).Status.ShouldBe(404);

        caller.Simulator.Requests.Count(SimulatedEndpoint.Unknown).ShouldBe(1);
    }
}
