using System.Net;
using System.Text.Json;
using CodexProxy.Accounts;
using CodexProxy.Options;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Accounts;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Relay;

/// <summary>Several accounts of one person: who serves, and what a conversation keeps.</summary>
public sealed class AccountRotationTests
{
    private const string Hello =
        """{"model":"claude-opus-5-5","max_tokens":1024,"stream":true,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hello."}]}""";

    private static readonly string[] Sessions =
    [
        "3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77",
        "4f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a78",
        "5f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a79",
    ];

    private static readonly Simulator.HttpReply BlockPage = new(
        403,
        "<!DOCTYPE html><html><title>Attention Required!</title></html>",
        "text/html; charset=UTF-8"
    );

    [Fact]
    public async Task Without_rotation_the_active_account_serves_alone()
    {
        await using var stage = await StartAsync(rotation: false);
        var (first, _) = await TwoAsync(stage);
        first.Quota.Exhaust();

        using var response = await stage.PostAsync(Hello);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        Served(stage).ShouldBe([first.Id]);
    }

    [Fact]
    public async Task A_used_up_account_hands_over_and_is_not_asked_again_before_its_reset()
    {
        await using var stage = await StartAsync();
        var (first, second) = await TwoAsync(stage);
        first.Quota.Exhaust();

        await OkAsync(stage, Sessions[0]);
        await OkAsync(stage, Sessions[0]);
        await OkAsync(stage, Sessions[1]);

        Served(stage).ShouldBe([first.Id, second.Id, second.Id, second.Id]);
    }

    [Fact]
    public async Task After_the_reset_new_conversations_come_back_and_old_ones_stay()
    {
        var time = new ManualTime();
        await using var stage = await StartAsync(time: time);
        var (first, second) = await TwoAsync(stage);
        first.Quota.Exhaust();
        await OkAsync(stage, Sessions[0]);

        time.Advance(TimeSpan.FromHours(6));
        await OkAsync(stage, Sessions[0]);
        await OkAsync(stage, Sessions[1]);

        Served(stage).ShouldBe([first.Id, second.Id, second.Id, first.Id]);
    }

    [Fact]
    public async Task When_all_are_used_up_the_first_one_to_come_back_tells_the_client()
    {
        await using var stage = await StartAsync();
        var (first, second) = await TwoAsync(stage);
        first.Quota.Exhaust();
        second.Quota.Exhaust();

        using var response = await stage.PostAsync(Hello);
        using var again = await stage.PostAsync(Hello);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.GetValues("x-should-retry").Single().ShouldBe("false");
        again.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        // Each was asked once; the second answer came from memory.
        Served(stage).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task When_all_are_used_up_the_client_hears_of_the_soonest_reset_whoever_was_asked_last()
    {
        var time = new ManualTime();
        await using var stage = await StartAsync(time: time);
        var (first, second) = await TwoAsync(stage);
        first.Quota.Exhaust();
        second.Quota.Secondary.UsedPercent = 100;

        using var response = await stage.PostAsync(Hello);

        var reset = long.Parse(response.Headers.GetValues("anthropic-ratelimit-unified-reset").Single());
        DateTimeOffset.FromUnixTimeSeconds(reset).ShouldBeLessThan(time.GetUtcNow().AddHours(6));
        Served(stage).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task A_rest_ends_after_its_minute_however_often_the_client_asks()
    {
        var time = new ManualTime();
        await using var stage = await StartAsync(rotation: false, time: time);
        var (first, _) = await TwoAsync(stage);
        first.Quota.Exhaust();
        for (var i = 0; i < 3; i++)
        {
            using var refused = await stage.PostAsync(Hello);
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            time.Advance(TimeSpan.FromSeconds(25));
        }

        first.Quota.Primary.UsedPercent = 0;
        await OkAsync(stage, Sessions[0]);
    }

    [Fact]
    public async Task What_one_account_was_refused_another_is_asked_all_the_same()
    {
        await using var stage = await StartAsync(rotation: false);
        var (first, second) = await TwoAsync(stage);
        // The second answers the try in another form.
        for (var i = 0; i < 2; i++)
        {
            stage.Simulator.NextReply(
                SimulatedEndpoint.Responses,
                Simulator.HttpReply.Error(400, "This is not allowed for this workspace.", "invalid_request_error")
            );
        }

        using var refused = await stage.PostAsync(Hello);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var directory = stage.Gateway.Get<AccountDirectory>();
        var key = directory.Current.All.Single(account => account.Known!.AccountId == second.Id).Key;
        await directory.Store.SelectAsync(selection => selection with { Active = key }, default);

        await OkAsync(stage, Sessions[0]);
    }

    [Fact]
    public async Task Round_robin_gives_each_conversation_the_next_account_and_lets_it_stay()
    {
        await using var stage = await StartAsync(strategy: AccountStrategy.RoundRobin);
        var (first, second) = await TwoAsync(stage);

        foreach (var session in (string[])[Sessions[0], Sessions[1], Sessions[2], Sessions[1], Sessions[0]])
        {
            await OkAsync(stage, session);
        }

        Served(stage).ShouldBe([first.Id, second.Id, first.Id, second.Id, first.Id]);
    }

    [Fact]
    public async Task A_block_page_is_no_reason_to_come_as_another_account()
    {
        await using var stage = await StartAsync();
        var (first, _) = await TwoAsync(stage);
        for (var i = 0; i < 2; i++)
        {
            stage.Simulator.NextReply(SimulatedEndpoint.Responses, BlockPage);
        }

        for (var i = 0; i < 2; i++)
        {
            using var response = await stage.PostAsync(Hello);
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        // Once more on a fresh connection; the second request was answered from memory.
        Served(stage).ShouldBe([first.Id, first.Id]);
    }

    [Fact]
    public async Task An_ended_login_hands_over_after_its_one_recovery()
    {
        await using var stage = await StartAsync();
        var (first, second) = await TwoAsync(stage);
        stage.Simulator.Tokens.RevokeAccessTokens(first);
        stage.Simulator.Tokens.RevokeRefreshTokens(first);

        await OkAsync(stage, Sessions[0]);
        await OkAsync(stage, Sessions[1]);

        Served(stage).ShouldBe([first.Id, second.Id, second.Id]);
        stage.Simulator.Requests.Count(SimulatedEndpoint.Token).ShouldBe(1);
    }

    [Fact]
    public async Task A_switch_by_hand_is_seen_at_once_and_means_every_conversation()
    {
        await using var stage = await StartAsync();
        var (first, second) = await TwoAsync(stage);
        await OkAsync(stage, Sessions[0]);

        // As another program does it: with a store of its own.
        var directory = stage.Gateway.Get<AccountDirectory>();
        var key = directory.Current.All.Single(account => account.Known!.AccountId == second.Id).Key;
        await directory.Store.SelectAsync(selection => selection with { Active = key }, default);
        await OkAsync(stage, Sessions[0]);

        Served(stage).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task Reasoning_that_the_other_account_refuses_is_left_out_once_and_for_all()
    {
        await using var stage = await StartAsync();
        var (first, second) = await TwoAsync(stage);
        stage.Simulator.Next(Turn.Reasoning("Hm.").Text("Hello."));
        var answer = await AskAsync(stage, Hello);
        first.Quota.Exhaust();

        var turn = Next(Hello, answer);
        await AskAsync(stage, turn);
        Served(stage).ShouldBe([first.Id, first.Id, second.Id, second.Id]);
        stage.Simulator.Requests.Responses[^2].Status.ShouldBe(400);
        stage.Simulator.Requests.Responses[^1].Text.ShouldNotContain("encrypted_content\":\"");

        await AskAsync(stage, turn);
        Served(stage).Count.ShouldBe(5);
        stage.Simulator.Requests.Responses[^1].Status.ShouldBe(200);
    }

    private static async Task<Stage> StartAsync(
        bool rotation = true,
        AccountStrategy strategy = AccountStrategy.Sticky,
        TimeProvider? time = null
    ) =>
        await Stage.StartAsync(
            time is null ? null : new SimulatorOptions { TimeProvider = time },
            signedIn: false,
            configure: options =>
                options with
                {
                    Accounts = new AccountOptions { Rotation = rotation, Strategy = strategy },
                },
            time: time
        );

    private static async Task<(SimulatedAccount First, SimulatedAccount Second)> TwoAsync(Stage stage)
    {
        var (first, entry) = await stage.SignInAsync("person@example.com");
        var (second, _) = await stage.SignInAsync("other@example.com");
        await stage
            .Gateway.Get<AccountDirectory>()
            .Store.SelectAsync(selection => selection with { Active = entry.Key }, default);
        return (first, second);
    }

    private static async Task OkAsync(Stage stage, string session)
    {
        using var response = await stage.PostAsync(Hello, session: session);
        var (_, broken) = await Stage.ReadStreamAsync(response);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        broken.ShouldBeFalse();
    }

    /// <summary>Asks, and answers the assistant's content blocks as the client keeps them.</summary>
    private static async Task<string> AskAsync(Stage stage, string body)
    {
        using var response = await stage.PostAsync(body.Replace("\"stream\":true,", "", StringComparison.Ordinal));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var message = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return message.RootElement.GetProperty("content").GetRawText();
    }

    private static string Next(string body, string answer) =>
        body.Replace(
            "}]}",
            $$"""},{"role":"assistant","content":{{answer}}},{"role":"user","content":"Go on."}]}""",
            StringComparison.Ordinal
        );

    private static List<string> Served(Stage stage) =>
        [.. stage.Simulator.Requests.Responses.Select(request => request.AccountId!)];
}
