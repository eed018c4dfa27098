using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator.Requests;

namespace CodexProxy.Tests.Commands;

/// <summary>What is told of the plan: <c>status</c>, <c>usage</c> and <c>models</c>.</summary>
public sealed class PlanCommandTests : AccountStage
{
    [Fact]
    public async Task Status_has_an_exit_code_of_its_own_when_nobody_is_signed_in()
    {
        (await Run.RunAsync("status")).ShouldBe(ExitCode.NotSignedIn);

        Run.Output.ShouldBe(
            """
            codex-proxy 0.1.0
            account    Not signed in. Run `codex-proxy login`.
            server     not running; `codex-proxy start --background` starts it

            """
        );
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("accounts", "verify")]
    [InlineData("logout")]
    public async Task What_needs_an_account_says_so_in_its_exit_code(params string[] command)
    {
        (await Run.RunAsync(command)).ShouldBe(ExitCode.NotSignedIn);

        Run.Messages.ShouldContain("Not signed in. Run `codex-proxy login`.");
    }

    [Fact]
    public async Task Status_shows_account_plan_expiry_quota_and_server()
    {
        await SignInAsync("person@example.com");
        Time.Advance(TimeSpan.FromMinutes(119));
        Simulator.Quota.Primary.UsedPercent = 62;
        Simulator.Quota.Secondary.UsedPercent = 3;

        (await Run.RunAsync("status")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe(
            """
            codex-proxy 0.1.0
            account    person@example.com (plus)
            login      good until 1 Dec 12:00, then renewed by itself
            5 hours    ███████████████░░░░░░░░░  62 % used, resets 17:00; at this pace it is empty at 15:13
            week       █░░░░░░░░░░░░░░░░░░░░░░░   3 % used, resets 28 Nov 12:00
            server     not running; `codex-proxy start --background` starts it

            """
        );
    }

    [Fact]
    public async Task Status_as_json_names_problem_account_and_server()
    {
        await SignInAsync("person@example.com");

        await Run.RunAsync("status", "--json");

        using var status = JsonDocument.Parse(Run.Output);
        var root = status.RootElement;
        root.GetProperty("signedIn").GetBoolean().ShouldBeTrue();
        root.GetProperty("account")
            .GetProperty("quota")
            .GetProperty("usage")
            .GetProperty("limits")[0]
            .GetProperty("windows")
            .GetArrayLength()
            .ShouldBe(2);
        root.GetProperty("server").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task An_ended_login_is_not_signed_in()
    {
        var person = await SignInAsync("person@example.com");
        Simulator.Tokens.RevokeAccessTokens(person);
        Simulator.Tokens.RevokeRefreshTokens(person);

        (await Run.RunAsync("status")).ShouldBe(ExitCode.NotSignedIn);

        Run.Output.ShouldContain("account    The ChatGPT login was revoked. Run `codex-proxy login`.");
    }

    [Fact]
    public async Task Usage_shows_further_limits_credits_and_the_spend_limit()
    {
        await SignInAsync("person@example.com");
        Simulator.NextReply(
            SimulatedEndpoint.Usage,
            new Simulator.HttpReply(
                200,
                """
                {"plan_type":"business",
                 "rate_limit":{"allowed":true,"limit_reached":false,
                   "primary_window":{"used_percent":80,"limit_window_seconds":86400,"reset_at":1795305600},"secondary_window":null},
                 "additional_rate_limits":[{"limit_name":"Review","metered_feature":"codex_review",
                   "rate_limit":{"primary_window":{"used_percent":95,"limit_window_seconds":3600,"reset_at":1795262400}}}],
                 "credits":{"has_credits":true,"unlimited":false,"balance":"12.50"},
                 "spend_control":{"reached":false,"individual_limit":{"used_percent":25,"reset_at":1796419200}}}
                """
            )
        );

        (await Run.RunAsync("usage")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe(
            """
            person@example.com (business)
            1 days     ███████████████████░░░░░  80 % used, resets Sun 00:00; at this pace it is empty at 15:01
            Review
            1 hours    ███████████████████████░  95 % used, resets 12:00
            credits    12.50 left
            spend      25 % used, resets 4 Dec 21:20

            """
        );
    }

    [Fact]
    public async Task Usage_of_all_goes_on_after_a_failure()
    {
        await SignInAsync("person@example.com");
        await SignInAsync("other@example.com");
        Simulator.NextReply(SimulatedEndpoint.Usage, new Simulator.HttpReply(500, "no"));
        Simulator.NextReply(SimulatedEndpoint.Usage, new Simulator.HttpReply(500, "no"));

        (await Run.RunAsync("usage", "--all", "--json")).ShouldBe(ExitCode.Failed);

        using var answer = JsonDocument.Parse(Run.Output);
        var accounts = answer.RootElement.GetProperty("accounts");
        accounts[0].GetProperty("warning").GetString().ShouldBe("the backend answered with status 500");
        accounts.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Models_shows_windows_efforts_tiers_and_who_serves_whom()
    {
        await SignInAsync("person@example.com");

        (await Run.RunAsync("models")).ShouldBe(ExitCode.Done);

        Run.Output.ShouldBe(
            """
            model          window  efforts (* without a wish)  fast  serves
            gpt-6.1-sol    272k    low* medium high xhigh max  yes   opus, sonnet
            gpt-6-astra    272k    low* medium high xhigh max  yes
            gpt-6-sol      272k    low medium* high xhigh max  yes
            gpt-6-luna     272k    low medium* high xhigh max  yes   haiku
            gpt-5.6-sol    272k    low* medium high xhigh max  yes
            gpt-6.1-terra  500k    low* medium high xhigh max  yes
            gpt-5.6-terra  272k    low medium* high xhigh max  yes
            gpt-5.6-luna   272k    low medium* high xhigh max  yes
            gpt-5.5        272k    low medium* high xhigh      yes
            As the backend tells it now. A suffix asks for more: -high, -fast, -high-fast.

            """
        );
    }

    [Fact]
    public async Task Models_follows_the_users_own_mapping_and_says_when_nobody_could_be_asked()
    {
        Run.Variables["CODEX_SMALL_MODEL"] = "gpt-5.5-low";
        Run.Variables["ANTHROPIC_DEFAULT_OPUS_MODEL"] = "gpt-9-not-yet";

        (await Run.RunAsync("models", "--json")).ShouldBe(ExitCode.Done);

        using var table = JsonDocument.Parse(Run.Output);
        table.RootElement.GetProperty("source").GetString().ShouldBe("built-in");
        var families = table.RootElement.GetProperty("families");
        families.GetProperty("haiku").GetString().ShouldBe("gpt-5.5-low");
        families.GetProperty("opus").GetString().ShouldBe("gpt-9-not-yet");
        families.GetProperty("sonnet").GetString().ShouldBe("gpt-6.1-sol");
    }

    [Fact]
    public async Task A_shell_that_is_set_up_for_the_client_does_not_mislead_the_mapping()
    {
        Run.Variables["ANTHROPIC_DEFAULT_HAIKU_MODEL"] = "claude-haiku-5-5";

        await Run.RunAsync("models", "--json");

        using var table = JsonDocument.Parse(Run.Output);
        table.RootElement.GetProperty("families").GetProperty("haiku").GetString().ShouldBe("gpt-6-luna");
    }

    [Fact]
    public async Task Models_of_alternate_upstreams_stand_beside_those_of_the_plan()
    {
        Run.Folder.Write(
            ".codex-proxy/config.json",
            """
            {"models":{"haiku":"local/small"},"upstreams":{
             "local":{"baseUrl":"http://127.0.0.1:9/v1","models":["small","large"],"contextWindow":64000,"enabled":true},
             "off":{"baseUrl":"http://127.0.0.1:9/v1","models":["hidden"]}}}
            """
        );

        (await Run.RunAsync("models", "--json")).ShouldBe(ExitCode.Done);

        using var table = JsonDocument.Parse(Run.Output);
        var rows = table.RootElement.GetProperty("models").EnumerateArray().ToList();
        rows.Select(row => row.GetProperty("id").GetString()!)
            .Where(id => id.Contains('/'))
            .ShouldBe(["local/small", "local/large"]);
        rows.Single(row => row.GetProperty("id").GetString() == "local/small")
            .GetProperty("serves")[0]
            .GetString()
            .ShouldBe("haiku");
        table.RootElement.GetProperty("families").GetProperty("haiku").GetString().ShouldBe("local/small");
    }
}
