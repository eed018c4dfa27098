using System.Text;
using CodexProxy.Commands;
using CodexProxy.Terminals;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Terminals;

/// <summary>The line at the foot of the client's screen.</summary>
public sealed class StatusLineTests
{
    private const string Told = """
        {"session_id":"s-1","model":{"id":"claude-opus-5-5","display_name":"Opus 5.5"},
         "context_window":{"used_percentage":12.4,"context_window_size":272000},
         "rate_limits":{"five_hour":{"used_percentage":37,"resets_at":1795273200},"seven_day":{"used_percentage":91,"resets_at":1795719200}}}
        """;

    private const string Session = """
        {"requestedModel":"claude-opus-5-5","servedModel":"gpt-6.1-sol","effort":"high","contextWindow":272000,"contextTokens":68000,
         "requests":3,"inputTokens":1000,"cachedTokens":915,
         "fiveHours":{"minutes":300,"usedPercent":80,"resetsAt":"2026-11-21T14:05:00+00:00","emptyAt":null},"week":null}
        """;

    private readonly ManualTime _time = new();

    [Fact]
    public void The_client_alone_is_enough_for_a_line()
    {
        StatusLine
            .Read(Told)
            .Render(_time, colour: false)
            .ShouldBe("Opus 5.5 · context 12% · 5h 63% left · week 9% left until Thu 18:53");
    }

    [Fact]
    public void The_gateway_knows_better_what_served()
    {
        StatusLine
            .Read(Told)
            .With(Encoding.UTF8.GetBytes(Session))
            .Render(_time, colour: false)
            .ShouldBe(
                "gpt-6.1-sol high · context 25% · 5h 20% left until 14:05 · week 9% left until Thu 18:53 · cache 92%"
            );
    }

    [Theory]
    [InlineData("-20", "1e30", "5h 100% left")]
    [InlineData("400", "1795273200000", "5h 0% left")]
    [InlineData("90", "-1", "5h 10% left")]
    [InlineData("90", "1763700000", "5h 10% left")]
    public void Absurd_numbers_become_possible_ones(string used, string resets, string expected) =>
        StatusLine
            .Read($$$$"""{"rate_limits":{"five_hour":{"used_percentage":{{{{used}}}},"resets_at":{{{{resets}}}} }}}""")
            .Render(_time, colour: false)
            .ShouldBe(expected);

    [Fact]
    public void A_text_cannot_command_the_terminal() =>
        StatusLine
            .Read("""{"model":{"display_name":"\u001b[2JOpus\n5"}}""")
            .Render(_time, colour: false)
            .ShouldBe("[2JOpus5");

    [Fact]
    public void Colour_means_that_something_runs_low()
    {
        var line = StatusLine.Read(Told).Render(_time, colour: true);

        line.ShouldContain("\e[31mweek 9% left until Thu 18:53\e[0m");
        line.ShouldNotContain("\e[31m5h");
    }

    [Fact]
    public void A_narrow_screen_gets_more_lines_because_the_client_cuts_long_ones()
    {
        var line = StatusLine.Read(Told).With(Encoding.UTF8.GetBytes(Session));

        line.Render(_time, colour: true, columns: 80)
            .Split('\n')
            .ShouldBe([
                "gpt-6.1-sol high · context 25% · \e[33m5h 20% left until 14:05\e[0m",
                "\e[31mweek 9% left until Thu 18:53\e[0m · cache 92%",
            ]);
    }

    [Fact]
    public void A_fresh_plan_fits_into_eighty_columns()
    {
        var fresh = new StatusLine
        {
            Model = "gpt-6.1-sol",
            Effort = "medium",
            ContextPercent = 25,
            FiveHours = (0, null),
            Week = (0, null),
            CachePercent = 92,
        };

        fresh
            .Render(_time, colour: false, columns: 80)
            .ShouldBe("gpt-6.1-sol medium · context 25% · 5h 100% left · week 100% left · cache 92%");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"model":5,"rate_limits":"x","context_window":null}""")]
    [InlineData("""{"session_id":"\ud800","model":{"display_name":"\udc00"}}""", "\uFFFD")]
    [InlineData("""{"context_window":{"used_percentage":1e999}}""")]
    public void Whatever_comes_there_is_a_line(string told, string line = "codex-proxy")
    {
        StatusLine.Read(told).With([1, 2]).Render(_time, colour: true).ShouldBe(line);
    }

    [Fact]
    public async Task The_command_asks_the_gateway_of_the_session()
    {
        await using var stage = await Stage.StartAsync();
        using var response = await stage.PostAsync(
            """{"model":"claude-opus-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hello."}]}"""
        );
        response.EnsureSuccessStatusCode();
        using var run = new CommandRun { IsPiped = true };
        run.Typed = new StringReader("""{"session_id":"3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77"}""");
        run.Variables["ANTHROPIC_BASE_URL"] = stage.Gateway.Address.AbsoluteUri;
        run.Variables["NO_COLOR"] = "1";

        (await run.RunAsync("statusline")).ShouldBe(ExitCode.Done);

        run.Output.ShouldStartWith("gpt-6.1-sol");
        run.Output.ShouldContain("5h 100% left · week 100% left");
    }

    [Fact]
    public async Task Without_a_gateway_the_command_still_prints_a_line()
    {
        using var run = new CommandRun { IsPiped = true };
        run.Typed = new StringReader(Told);
        run.Variables["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9";

        (await run.RunAsync("statusline")).ShouldBe(ExitCode.Done);

        run.Output.ShouldStartWith("\e[31mcodex-proxy does not run\e[0m · Opus 5.5 · context 12% · ");
    }
}
