using System.Net;
using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Protocol.Failures;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Tests.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>A clock that is set back by a day while the gateway runs: nothing lasts a day longer for it.</summary>
public sealed class ClockTests : LoginFixture
{
    private const string Hello =
        """{"model":"gpt-5.5","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello."}]}""";

    private static readonly TimeSpan ADayBack = TimeSpan.FromDays(-1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_used_up_account_that_rests_is_asked_again()
    {
        await using var stage = await StartAsync();
        stage.Simulator.Accounts.Default.Quota.Exhaust();
        (await StatusAsync(stage)).ShouldBe(HttpStatusCode.TooManyRequests);
        (await StatusAsync(stage)).ShouldBe(HttpStatusCode.TooManyRequests);
        Asked(stage).ShouldBe(1);

        _time.Set(ADayBack);

        (await StatusAsync(stage)).ShouldBe(HttpStatusCode.TooManyRequests);
        Asked(stage).ShouldBe(2);
    }

    [Fact]
    public void A_cool_down_that_began_later_than_now_is_over()
    {
        var rests = new AccountRests(_time);
        var limited = new UpstreamFailure { Kind = FailureKind.RateLimited, RetryDelay = TimeSpan.FromMinutes(1) };
        rests.Consider("account", "model", limited);
        rests.CoolsUntil("account", "model").ShouldNotBeNull();

        _time.Set(ADayBack);

        rests.CoolsUntil("account", "model").ShouldBeNull();
        rests.Refusal("account", "model").ShouldBeNull();
    }

    [Fact]
    public void A_refused_body_is_tried_again()
    {
        var memory = new FailureMemory(_time);
        memory.Remember("body", new UpstreamFailure { Kind = FailureKind.BadRequest });

        _time.Set(ADayBack);

        memory.Find("body").ShouldBeNull();
    }

    [Fact]
    public async Task A_renewal_that_failed_is_tried_again()
    {
        Store(TimeSpan.FromMinutes(-1));
        Endpoint.Then(HttpStatusCode.InternalServerError, "");
        var login = Login();
        await login.GetAsync(default);

        Time.Set(TimeSpan.FromSeconds(-30));

        Header(await login.GetAsync(default)).ShouldBe("Bearer " + Tokens.Access(Endpoint.NewExpiry, "2"));
    }

    [Fact]
    public async Task A_token_that_has_ended_is_renewed_once_and_stays_when_the_clock_goes_back()
    {
        var first = Store(TimeSpan.FromHours(2));
        var login = Login();
        Header(await login.GetAsync(default)).ShouldBe("Bearer " + first);

        Time.Set(TimeSpan.FromDays(1));
        var second = Header(await login.GetAsync(default));
        Time.Set(ADayBack);

        second.ShouldNotBe("Bearer " + first);
        Header(await login.GetAsync(default)).ShouldBe(second);
        Endpoint.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_is_not_valid_yet_is_used_since_only_the_backend_can_tell()
    {
        var token = Tokens.Access(Now.AddDays(9), "1", goodFrom: Now.AddDays(1));
        Folder.Write("auth.json", Tokens.File(token));

        Header(await Login().GetAsync(default)).ShouldBe("Bearer " + token);
        Endpoint.Received.ShouldBeEmpty();
    }

    [Fact]
    public void The_limits_of_a_key_do_not_move()
    {
        var meter = new KeyMeter(_time);
        var key = new NamedKey("name", "a", _time.GetUtcNow()) { Limits = new KeyLimits(1, null, null, null) };
        meter.Ask(key).ShouldBeNull();

        _time.Set(ADayBack);
        meter.Ask(key)!.Wait.ShouldBe(TimeSpan.FromMinutes(1));
        _time.Set(TimeSpan.FromDays(9));
        meter.Ask(key)!.Wait.ShouldBe(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));

        meter.Ask(key).ShouldBeNull();
    }

    [Fact]
    public async Task A_recording_does_not_last_longer()
    {
        await using var stage = await StartAsync();
        var recorder = stage.Gateway.Get<BodyRecorder>();
        recorder.Start(TimeSpan.FromMinutes(10));

        _time.Set(ADayBack);

        recorder.State.Until.ShouldBeNull();
    }

    [Fact]
    public async Task Signs_of_life_and_the_limit_of_silence_go_on()
    {
        await using var stage = await StartAsync();
        var gate = new Gate();
        stage.Simulator.Next(Turn.TextDeltas("Half ").Hold(gate).Text("and whole."));
        using var response = await stage.PostAsync(Hello);
        await gate.Reached.WaitAsync(Patience, Cancelled);
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        using var lines = new StreamReader(body);
        await UntilAsync(lines, "Half");

        _time.Set(ADayBack);
        for (var i = 0; i < 3; i++)
        {
            var ping = UntilAsync(lines, "event: ping");
            do
            {
                // What waits for the clock may not have begun to.
                _time.Advance(Heartbeat.PingAfter);
            } while (!SpinWait.SpinUntil(() => ping.IsCompleted, TimeSpan.FromMilliseconds(300)));

            await ping;
        }

        _time.Set(TimeSpan.FromDays(9));
        gate.Open();
        await UntilAsync(lines, "message_stop");
        stage.Gateway.Get<RequestBook>().OnlyRecord().Ending.ShouldBe(CodexProxy.Records.RequestEnding.Answered);
    }

    [Fact]
    public async Task A_quota_whose_window_starts_anew_is_shown_whatever_the_clock_says()
    {
        await using var stage = await StartAsync();
        (await StatusAsync(stage)).ShouldBe(HttpStatusCode.OK);
        foreach (var jump in new[] { ADayBack, TimeSpan.FromDays(8), TimeSpan.FromDays(400) })
        {
            _time.Set(jump);
            foreach (var path in new[] { "/accounts/quota", "/accounts/usage", "/health", "/metrics" })
            {
                using var response = await stage.Gateway.Http.GetAsync(path, Cancelled);
                ((int)response.StatusCode).ShouldBeLessThan(500, path);
            }

            (await StatusAsync(stage)).ShouldBe(HttpStatusCode.OK);
        }

        stage.Gateway.Get<QuotaBook>().All.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_401_in_a_burst_over_sockets_renews_each_login_once(bool rotation)
    {
        await using var stage = await Stage.StartAsync(
            new SimulatorOptions { RequireInstructions = false },
            signedIn: false,
            configure: options =>
                options with
                {
                    Accounts = new AccountOptions { Rotation = rotation, Strategy = AccountStrategy.RoundRobin },
                }
        );
        var people = new[]
        {
            await stage.SignInAsync("person@example.com"),
            await stage.SignInAsync("other@example.com"),
        };
        var sockets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stage.ConnectAsync()));
        // All have an answer, and then nobody's token is good any more.
        await Task.WhenAll(sockets.Select(AskAsync));
        stage
            .Simulator.Requests.Responses.Select(request => request.AccountId)
            .Distinct()
            .Count()
            .ShouldBe(rotation ? 2 : 1);
        foreach (var (person, _) in people)
        {
            stage.Simulator.Tokens.RevokeAccessTokens(person);
        }

        var ends = await Task.WhenAll(sockets.Select(AskAsync));

        ends.ShouldAllBe(end => end == "response.completed");
        stage.Simulator.Tokens.Refreshes.ShouldBe(rotation ? 2 : 1);
        stage
            .Gateway.Get<AccountDirectory>()
            .Current.All.ShouldAllBe(account => account.Login.Peek() is CodexProxy.Credentials.Credential);
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }

    private static async Task<string> AskAsync(System.Net.WebSockets.ClientWebSocket socket, int conversation)
    {
        await socket.SendAsync(
            $$"""{"type":"response.create","model":"gpt-5.5","prompt_cache_key":"{{conversation}}","input":"Hello."}"""
        );
        return (await socket.ReadAnswerAsync())[^1].GetProperty("type").GetString()!;
    }

    private Task<Stage> StartAsync() =>
        Stage.StartAsync(new SimulatorOptions { TimeProvider = _time, RequireInstructions = false }, time: _time);

    private static async Task<HttpStatusCode> StatusAsync(Stage stage)
    {
        using var response = await stage.PostAsync(Hello);
        await Stage.ReadStreamAsync(response);
        return response.StatusCode;
    }

    private static int Asked(Stage stage) => stage.Simulator.Requests.Of(SimulatedEndpoint.Responses).Count;

    private static async Task UntilAsync(StreamReader lines, string word)
    {
        while (await lines.ReadLineAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled) is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
            {
                return;
            }
        }

        word.ShouldBeNull("the answer ended before");
    }
}
