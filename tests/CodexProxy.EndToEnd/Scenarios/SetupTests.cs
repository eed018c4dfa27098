using System.Globalization;
using CodexProxy.Commands;
using CodexProxy.EndToEnd.Harness;
using CodexProxy.Hosting;
using CodexProxy.Simulator.Scripting;
using CodexProxy.Terminals;

namespace CodexProxy.EndToEnd.Scenarios;

/// <summary>The client led by its settings file alone, as <c>setup</c> writes it.</summary>
public sealed class SetupTests
{
    private const string Odd =
        "{\r\n\t\"$schema\": \"https://example.invalid/s.json\",\r\n\t\"someday\": {\"deep\": [1, 2.50]},\r\n\t\"env\": {}\r\n}\r\n";

    [RealClientFact]
    public async Task After_setup_the_client_comes_here_by_its_settings_alone_and_undo_gives_them_back()
    {
        await using var stage = await Stage.OpenAsync();
        var settings = stage.Workspace.WriteSettings(Odd);

        (await SetupAsync(stage, "--yes")).Code.ShouldBe(ExitCode.Done);
        stage.Upstream.Next(Turn.Text("Through the gateway."));
        var run = await stage.AskAsync(new ClientCall("Hi.") { GoesByItsSettings = true });

        run.Answer.ShouldBe("Through the gateway.", run.ToString());
        run.Errors.ShouldNotContain("did not load");
        stage.ShouldHaveAsked(1);

        (await SetupAsync(stage, "--undo")).Code.ShouldBe(ExitCode.Done);
        (await File.ReadAllTextAsync(settings)).ShouldBe(Odd);
    }

    [RealClientFact]
    public async Task A_file_of_the_project_alone_leads_the_client_too()
    {
        await using var stage = await Stage.OpenAsync();

        (await SetupAsync(stage, "--yes", "--scope", "project")).Code.ShouldBe(ExitCode.Done);
        stage.Upstream.Next(Turn.Text("Through the gateway."));
        var run = await stage.AskAsync(new ClientCall("Hi.") { GoesByItsSettings = true });

        run.Answer.ShouldBe("Through the gateway.", run.ToString());
    }

    // The day this fails, the client has learned to read comments, and the warning of setup and doctor can go.
    [RealClientFact]
    public async Task A_file_with_comments_is_not_loaded_by_the_client_and_setup_says_so()
    {
        await using var stage = await Stage.OpenAsync();
        var settings = stage.Workspace.WriteSettings("{\n  // mine\n  \"model\": \"opus\"\n}\n");

        var (code, output) = await SetupAsync(stage, "--yes");
        var run = await stage.AskAsync(new ClientCall("Hi.") { GoesByItsSettings = true });

        code.ShouldBe(ExitCode.Done);
        output.ShouldContain("Claude Code does not load a settings file with comments");
        run.IsError.ShouldBeTrue(run.ToString());
        run.Answer.ShouldContain("Not logged in");
        stage.ShouldHaveAsked(0);
        (await File.ReadAllTextAsync(settings)).ShouldStartWith("{\n  // mine\n  \"model\": \"opus\",\n  \"env\": {\n");
    }

    [RealClientFact]
    public async Task The_settings_win_over_the_shell()
    {
        await using var stage = await Stage.OpenAsync();
        await SetupAsync(stage, "--yes");
        stage.Upstream.Next(Turn.Text("Through the gateway."));

        var run = await stage.AskAsync(
            new ClientCall("Hi.")
            {
                GoesByItsSettings = true,
                Environment = new Dictionary<string, string>
                {
                    ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1",
                    ["ANTHROPIC_AUTH_TOKEN"] = "another",
                },
            }
        );

        run.Answer.ShouldBe("Through the gateway.", run.ToString());
    }

    private static async Task<(int Code, string Output)> SetupAsync(Stage stage, params string[] arguments)
    {
        using var output = new StringWriter();
        var context = new CommandContext(
            new Terminal(output, output, outputColour: false, messageColour: false),
            flags => stage.Inputs with { Flags = flags },
            GatewaySurroundings.Real
        );
        var port = stage.Gateway.Port.ToString(CultureInfo.InvariantCulture);
        var code = await CommandLine.RunAsync(
            ["setup", "--port", port, .. arguments],
            context,
            TestContext.Current.CancellationToken
        );
        return (code, output.ToString());
    }
}
