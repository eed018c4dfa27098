using System.Net;
using CodexProxy.Diagnosis;
using CodexProxy.Simulator;
using CodexProxy.Tests.Credentials;

namespace CodexProxy.Tests.Diagnosis;

public sealed class OnlineChecksTests
{
    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "The name of chatgpt.com could not be resolved.")]
    [InlineData(
        HttpRequestError.SecureConnectionError,
        "No secure connection to chatgpt.com: its certificate or protocol was refused."
    )]
    [InlineData(HttpRequestError.ProxyTunnelError, "The proxy does not let chatgpt.com through.")]
    [InlineData(HttpRequestError.ConnectionError, "chatgpt.com could not be reached.")]
    public async Task Failures_to_reach_a_server_are_told_apart(HttpRequestError error, string message)
    {
        await using var patient = new Patient(new StubHandler(_ => throw new HttpRequestException(error)));

        var (finding, date) = await AskAsync(patient);

        (finding.Result, finding.Message, date).ShouldBe((CheckResult.Problem, message, null));
        finding.Cure.ShouldNotBeNull();

        patient.Variables["https_proxy"] = "http://name:password@proxy";
        (finding, _) = await AskAsync(patient);
        finding.Message.ShouldBe($"{message} https_proxy is set, so the way leads through that proxy.");
    }

    [Fact]
    public async Task Any_answer_counts_and_nothing_is_asked_with_a_credential()
    {
        HttpRequestMessage? asked = null;
        await using var patient = new Patient(
            new StubHandler(request =>
            {
                asked = request;
                return new HttpResponseMessage(HttpStatusCode.Forbidden);
            })
        );

        (await AskAsync(patient)).Finding.ShouldBe(Finding.Ok("chatgpt.com answers."));

        asked!.RequestUri!.AbsoluteUri.ShouldBe("https://chatgpt.com/");
        asked.Headers.Select(header => header.Key).ShouldBe(["User-Agent"]);
    }

    [Theory]
    [InlineData(0, "Ok", "The clock is right.")]
    [InlineData(-60, "Ok", "The clock is right.")]
    [InlineData(61, "Warning", "The clock is 61 s ahead.")]
    [InlineData(-300, "Warning", "The clock is 300 s behind.")]
    [InlineData(301, "Problem", "The clock is 301 s ahead; sign-in and certificates fail like that.")]
    public async Task The_clock_is_compared_with_the_answers(int ahead, string result, string message)
    {
        var theirs = new Support.ManualTime().GetUtcNow().AddSeconds(-ahead);
        await using var patient = new Patient(
            new StubHandler(_ => new HttpResponseMessage { Headers = { Date = theirs } })
        );

        var finding = OnlineChecks.Clock([await AskAsync(patient)]);

        (finding.Result.ToString(), finding.Message).ShouldBe((result, message));
    }

    [Fact]
    public void Without_an_answer_the_clock_is_not_compared() =>
        OnlineChecks.Clock([new Answered(Finding.Ok("x"), null)]).Result.ShouldBe(CheckResult.Warning);

    [Fact]
    public async Task One_server_whose_clock_is_wrong_is_not_ours()
    {
        await using var patient = new Patient();
        var now = patient.Time.GetUtcNow();

        OnlineChecks
            .Clock([new(Finding.Ok("x"), (now, now.AddHours(1))), new(Finding.Ok("x"), (now, now))])
            .Result.ShouldBe(CheckResult.Ok);
    }

    [Fact]
    public async Task Nobody_has_signed_in()
    {
        await using var patient = new Patient();

        (await SignInAsync(patient)).ShouldBe(Finding.Problem("Not signed in.", "Run `codex-proxy login`."));
    }

    [Fact]
    public async Task A_login_that_lasts_is_left_alone()
    {
        await using var patient = new Patient(new StubHandler(_ => throw new InvalidOperationException("asked")));
        patient.Folder.Write("codex/auth.json", Tokens.File(Tokens.Access(patient.Time.GetUtcNow().AddHours(2))));

        (await SignInAsync(patient)).ShouldBe(
            Finding.Ok("Signed in (pro); the token lasts until 2026-11-21 14:00 UTC and is renewed before.")
        );
    }

    [Fact]
    public async Task A_login_about_to_end_is_renewed_or_it_is_told_why_not()
    {
        await using var patient = new Patient(new StubHandler(_ => throw new HttpRequestException("down")));
        patient.Folder.Write("codex/auth.json", Tokens.File(Tokens.Access(patient.Time.GetUtcNow().AddMinutes(2))));

        var finding = await SignInAsync(patient);

        finding.Result.ShouldBe(CheckResult.Warning);
        finding.Message.ShouldBe(
            "Signed in (pro), but the login ends at 2026-11-21 12:02 UTC and could not be renewed just now."
        );

        patient.Time.Advance(TimeSpan.FromMinutes(3));
        (await SignInAsync(patient)).Result.ShouldBe(CheckResult.Problem);
    }

    [Fact]
    public async Task A_login_that_is_due_is_renewed_at_the_issuer()
    {
        await using var simulator = await CodexSimulator.StartAsync();
        using var folder = new Support.TempFolder();
        await simulator.Login.WriteAsync(folder["auth.json"], accessLifetime: TimeSpan.FromMinutes(2));

        (await ExamineAsync()).Result.ShouldBe(CheckResult.Ok);
        simulator.Tokens.Refreshes.ShouldBe(1);
        (await ExamineAsync()).Result.ShouldBe(CheckResult.Ok);
        simulator.Tokens.Refreshes.ShouldBe(1);

        await simulator.Login.WriteAsync(folder["auth.json"], accessLifetime: TimeSpan.FromMinutes(2));
        simulator.Tokens.RevokeRefreshTokens(simulator.Accounts.Default);
        var refused = await ExamineAsync();
        (refused.Result, refused.Cure).ShouldBe((CheckResult.Problem, "Run `codex login`."));

        async Task<Finding> ExamineAsync()
        {
            var options = new CodexProxy.Options.ProxyOptions
            {
                CodexHome = folder.Path,
                Upstream = new CodexProxy.Options.UpstreamOptions { AuthIssuer = simulator.Address },
            };
            await using var patient = new Patient(configure: _ => options);
            using var http = new HttpClient(new SocketsHttpHandler());
            await using var accounts = OnlineChecks.OpenAccounts(
                options,
                patient.Surveyed.Inputs,
                http,
                TimeProvider.System
            );
            return await OnlineChecks.SignInAsync(
                patient.Surveyed with
                {
                    Accounts = accounts,
                    Time = TimeProvider.System,
                },
                CancellationToken.None
            );
        }
    }

    [Theory]
    [InlineData(null, "Ok", "The built-in table of")]
    [InlineData("2026-11-21T11:50:00Z", "Ok", "1 models, fetched 10 min ago.")]
    [InlineData("2026-11-18T12:00:00Z", "Ok", "1 models, fetched 3 days ago.")]
    [InlineData("2026-11-01T12:00:00Z", "Warning", "1 models, fetched 20 days ago; models may have come and gone.")]
    [InlineData("nonsense", "Warning", "~/home/models.json cannot be read; the built-in table serves.")]
    public async Task The_catalogue_has_an_age(string? fetched, string result, string message)
    {
        await using var patient = new Patient();
        if (fetched is not null)
        {
            patient.Folder.Write(
                "home/models.json",
                $$$"""{"fetched_at":"{{{fetched}}}","client_version":"1","body":{"models":[{"slug":"m"}]}}"""
            );
        }

        var finding = OnlineChecks.Catalogue(patient.Surveyed);

        finding.Result.ToString().ShouldBe(result);
        finding.Message.ShouldStartWith(message);
    }

    private static Task<Answered> AskAsync(Patient patient) =>
        Answered.AskAsync(patient.Surveyed, patient.Surveyed.Options.Upstream.BaseUrl, CancellationToken.None);

    private static Task<Finding> SignInAsync(Patient patient) =>
        OnlineChecks.SignInAsync(patient.Surveyed, CancellationToken.None);
}
