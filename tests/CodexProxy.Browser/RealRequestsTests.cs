using System.Text.RegularExpressions;
using CodexProxy.Simulator.Scripting;
using Microsoft.Playwright;

namespace CodexProxy.Browser;

/// <summary>Requests as they happen, and as they are kept, with the real gateway behind the page.</summary>
public sealed class RealRequestsTests
{
    [BrowserFact]
    public async Task A_request_is_seen_from_its_arrival_to_its_end_and_told_whole()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.OpenAsync();
        await SaidAsync(all, "Nothing is being answered right now.");
        var gate = new Gate();
        all.Simulator.Next(Turn.HttpError(500, "server_error"));
        all.Simulator.Next(Turn.Text("Hello").Hold(gate).Text("again"));
        var asked = all.AskAsync(agent: "a1b2c3", more: ",\"temperature\":0.3");
        var flight = all.Page.Locator("section.flight");

        await flight.GetByText("Streaming").WaitForAsync();
        await flight.GetByText("a1b2c3").WaitForAsync();
        await flight.GetByText("claude-opus-4-6 →").WaitForAsync();
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Requests", Exact = true }).ClickAsync();
        await SaidAsync(all, "1 in flight");
        await SaidAsync(all, "No request yet");
        gate.Open();
        await asked;

        await all.Page.Locator("[data-key]").First.ClickAsync();
        var details = all.Page.GetByLabel("Details");
        await details.GetByText("Answered").WaitForAsync();
        await details.GetByText("Attempt 1").WaitForAsync();
        await details.GetByText("status 500").WaitForAsync();
        await details.GetByText("Attempt 2").WaitForAsync();
        await details.GetByText("temperature").WaitForAsync();
        await details.GetByText("a1b2c3").WaitForAsync();
        await details.GetByText("Instructions").WaitForAsync();
        var report = await all.Page.RunAndWaitForDownloadAsync(() =>
            details.GetByRole(AriaRole.Link, new() { Name = "Download the fault report" }).ClickAsync()
        );
        (await File.ReadAllTextAsync(await report.PathAsync())).ShouldContain("\"events\"");
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task Filters_and_search_hold_for_what_is_kept_and_for_what_comes()
    {
        await using var all = await RealDashboard.StartAsync();
        all.Simulator.When(request => request.Conversation.LastUserText.Contains("do fail", StringComparison.Ordinal))
            .Reply(Turn.HttpError(400, "invalid_prompt"));
        await all.AskAsync("do fail");
        await all.AskAsync();
        await all.OpenAsync("requests?client=claude-cli");
        await SaidAsync(all, "2 found");

        await all.AskAsync();
        await SaidAsync(all, "3 found");
        await all.Page.GetByLabel("Ending").SelectOptionAsync("failed");
        await SaidAsync(all, "1 found");
        await all.Page.GetByLabel("Ending").SelectOptionAsync("");
        await all.Page.GetByLabel("Time").SelectOptionAsync("1h");
        await SaidAsync(all, "3 found");
        var id = await all.Page.Locator("[data-key]").First.GetAttributeAsync("data-key");
        await all.Page.Keyboard.PressAsync("Escape");
        await all.Page.Keyboard.PressAsync("/");
        await all.Page.Keyboard.TypeAsync(id![4..20]);
        await SaidAsync(all, "1 found");
        await all.Page.GetByLabel("Search by id").FillAsync("nothing like it");
        await SaidAsync(all, "No request fits");
        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Remove all filters" }).ClickAsync();
        await all.Page.Locator("[data-key]").Nth(2).WaitForAsync();
    }

    [BrowserFact]
    public async Task A_session_is_a_tree_of_agents_and_says_what_broke_its_cache()
    {
        await using var all = await RealDashboard.StartAsync(
            history: WrittenHistory.Of(400, DateTimeOffset.FromUnixTimeSeconds(Now() - 60), TimeSpan.FromSeconds(90))
        );
        await all.AskAsync(session: "5e551011-0000-4000-8000-000000000001");
        await all.AskAsync(session: "5e551011-0000-4000-8000-000000000001", agent: "a1b2c3");
        await all.OpenAsync("sessions/5e551011-0000-4000-8000-000000000001");
        await all.Page.GetByLabel("Agents of this session").GetByText("Main agent").WaitForAsync();
        await all.Page.GetByLabel("Agents of this session").GetByText("a1b2c3").WaitForAsync();

        await all.Page.GetByLabel("Search by project").FillAsync("billing");
        await SaidAsync(all, "found");
        await all.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "billing-api" }).First.ClickAsync();
        await all.Page.GetByText("tokens paid").First.WaitForAsync();
        await all.Page.Locator(".events a").First.ClickAsync();
        await all.Page.GetByLabel("Details").GetByText("Changed:").WaitForAsync();
        await all.Page.GetByLabel("Details").GetByText("One attempt").WaitForAsync();
        (await all.Page.GetByRole(AriaRole.Link, new() { Name = "Download the fault report" }).CountAsync()).ShouldBe(
            0,
            "what it would tell is no longer there"
        );
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task Usage_is_shown_by_each_key_and_downloaded()
    {
        await using var all = await RealDashboard.StartAsync(
            history: WrittenHistory.Of(600, DateTimeOffset.FromUnixTimeSeconds(Now() - 60), TimeSpan.FromMinutes(20))
        );
        await all.OpenAsync("usage");
        foreach (var by in new[] { "hour", "day", "model", "account", "project", "session", "client" })
        {
            await all.Page.GetByLabel("Group by").SelectOptionAsync(by);
            await all.Page.GetByLabel($"Usage by {by}").Locator("tbody tr").First.WaitForAsync();
            (await all.Page.Locator(".uplot").CountAsync()).ShouldBe(by is "hour" or "day" ? 1 : 0, by);
        }

        await all.Page.GetByRole(AriaRole.Link, new() { Name = "claude-cli" }).ClickAsync();
        await SaidAsync(all, "found");
        await all.GoAsync("usage?by=hour&range=all&split=model");
        await all.Page.Locator(".uplot").WaitForAsync();
        await SaidAsync(all, "gpt-6.1-terra");
        (await all.Page.GetByLabel("Time").InputValueAsync()).ShouldBe(
            "7d",
            "hours of months are too many to tell apart"
        );
        await all.GoAsync("usage?range=all");
        var csv = await all.Page.RunAndWaitForDownloadAsync(() =>
            all.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync()
        );
        csv.SuggestedFilename.ShouldMatch("^codex-proxy-usage-[0-9-]+[.]csv$");
        (await File.ReadAllLinesAsync(await csv.PathAsync())).Length.ShouldBe(601);
        Looks.AreQuiet(all.Browser, all.Address);
    }

    [BrowserFact]
    public async Task The_keyboard_alone_goes_from_page_to_page_and_through_a_list()
    {
        await using var all = await RealDashboard.StartAsync();
        await all.AskAsync();
        await all.AskAsync();
        await all.OpenAsync();
        await SaidAsync(all, "Your plan");

        await all.Page.GetByRole(AriaRole.Link, new() { Name = "Requests", Exact = true }).FocusAsync();
        await all.Page.Keyboard.PressAsync("Enter");
        await all.Page.Locator("[data-key]").Nth(1).WaitForAsync();
        await all.Page.Keyboard.PressAsync("j");
        await all.Page.Keyboard.PressAsync("j");
        await all.Page.Keyboard.PressAsync("Enter");

        await all.Page.WaitForURLAsync(new Regex("#/requests/req_"));
        await all.Page.GetByLabel("Details").GetByText("One attempt").WaitForAsync();
        await all.Page.Keyboard.PressAsync("Escape");
        await all.Page.WaitForURLAsync(new Regex("#/requests$"));
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static Task SaidAsync(RealDashboard all, string text) => all.Page.GetByText(text).First.WaitForAsync();
}
