using CodexProxy.Credentials;
using CodexProxy.Diagnosis;
using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Diagnosis;

public sealed class ClaudeChecksTests
{
    private const string Here = "http://127.0.0.1:8082";

    [Theory]
    [InlineData("2.1.329 (Claude Code)\n", 0, "Ok", "Claude Code 2.1.329.")]
    [InlineData("2.0.1 (Claude Code)\n", 0, "Ok", "Claude Code 2.0.1.")]
    [InlineData(
        "2.2.0 (Claude Code)\n",
        0,
        "Warning",
        "Claude Code 2.2.0 is newer than 2.1.329, the newest one tested."
    )]
    [InlineData(
        "2.1.330-beta.1 (Claude Code)\n",
        0,
        "Warning",
        "Claude Code 2.1.330 is newer than 2.1.329, the newest one tested."
    )]
    [InlineData("what?", 0, "Problem", "~/.local/bin/claude does not tell its version.")]
    [InlineData("2.1.329", 1, "Problem", "~/.local/bin/claude does not tell its version.")]
    public async Task The_client_tells_its_version(string output, int exitCode, string result, string message)
    {
        await using var patient = new Patient();
        patient.Folder.Write(".local/bin/claude", "");
        patient.Program = (program, arguments, _) =>
            (program, string.Join(' ', arguments)) == (patient.Folder[".local/bin/claude"], "--version")
                ? new ProgramEnd(exitCode, output)
                : null;

        var finding = await ClaudeChecks.ProgramAsync(patient.Surveyed, CancellationToken.None);

        (finding.Result.ToString(), finding.Message).ShouldBe((result, message));
    }

    [Fact]
    public async Task The_client_is_not_there()
    {
        await using var patient = new Patient();

        var finding = await ClaudeChecks.ProgramAsync(patient.Surveyed, CancellationToken.None);

        (finding.Result, finding.Message).ShouldBe((CheckResult.Warning, "Claude Code was not found on PATH."));
    }

    [Theory]
    [InlineData(null, "Ok", "There is no settings file.")]
    [InlineData("{}", "Ok", "~/.claude/settings.json can be loaded.")]
    [InlineData("{\n// c\n}", "Problem", "~/.claude/settings.json is not in force. Claude Code does not load")]
    [InlineData("{,}", "Problem", "~/.claude/settings.json is not in force: line 1, column 2: this is not valid JSON.")]
    [InlineData(
        """{"statusLine": {"a": 1, "a": 2}}""",
        "Problem",
        "~/.claude/settings.json is not in force: line 1, column 25:"
    )]
    public async Task The_settings_file_can_be_loaded_or_not(string? text, string result, string message)
    {
        await using var patient = new Patient();
        if (text is not null)
        {
            patient.Settings(text);
        }

        var finding = ClaudeChecks.Files(patient.World);

        finding.Result.ToString().ShouldBe(result);
        finding.Message.ShouldStartWith(message);
    }

    [Theory]
    [InlineData(null, null, "Warning", "Nothing leads Claude Code to this gateway.")]
    [InlineData(Here, null, "Ok", "~/.claude/settings.json leads to http://127.0.0.1:8082.")]
    [InlineData("http://localhost:8082/anthropic/", null, "Ok", "~/.claude/settings.json leads to")]
    [InlineData(null, Here, "Ok", "the shell leads to http://127.0.0.1:8082.")]
    [InlineData("http://127.0.0.1:9", Here, "Problem", "~/.claude/settings.json leads Claude Code elsewhere than to")]
    [InlineData(
        "https://other.example",
        null,
        "Problem",
        "~/.claude/settings.json leads Claude Code elsewhere than to"
    )]
    public async Task The_client_is_led_here_or_not(string? setting, string? shell, string result, string message)
    {
        await using var patient = new Patient();
        Lead(patient, setting, shell);

        var finding = ClaudeChecks.Gateway(patient.Surveyed, patient.World);

        finding.Result.ToString().ShouldBe(result);
        finding.Message.ShouldStartWith(message);
    }

    [Fact]
    public async Task The_file_nearest_to_the_project_leads()
    {
        await using var patient = new Patient();
        Lead(patient, Here, null);
        patient.Folder.Write("project/.claude/settings.local.json", """{"env": {"ANTHROPIC_BASE_URL": "http://x"}}""");

        ClaudeChecks
            .Gateway(patient.Surveyed, patient.World)
            .Message.ShouldStartWith("~/project/.claude/settings.local.json leads Claude Code elsewhere");
    }

    [Fact]
    public async Task The_key_fits_or_not()
    {
        await using var patient = new Patient();
        Judge("").ShouldBe((CheckResult.Problem, "Claude Code has no key for this gateway and would ask to log in."));
        Judge("another").Result.ShouldBe(CheckResult.Warning);
        File.Exists(patient.Folder["home/signing.key"]).ShouldBeFalse("looking makes no key");
        Judge(LocalKey.OfInstallation(patient.Folder["home"]).Reveal())
            .ShouldBe((CheckResult.Ok, "The key is this installation's."));

        patient.Settings("{}");
        ClaudeChecks.Key(patient.Surveyed, patient.World).Result.ShouldBe(CheckResult.Ok);

        (CheckResult Result, string Message) Judge(string key)
        {
            patient.Settings(
                $$$"""{"env": {"ANTHROPIC_BASE_URL": "{{{Here}}}", "ANTHROPIC_AUTH_TOKEN": "{{{key}}}"}}"""
            );
            var finding = ClaudeChecks.Key(patient.Surveyed, patient.World);
            return (finding.Result, finding.Message);
        }
    }

    [Theory]
    [InlineData("one", CheckResult.Ok)]
    [InlineData("two", CheckResult.Problem)]
    internal async Task With_client_keys_the_key_is_one_of_them_or_refused(string key, CheckResult result)
    {
        await using var patient = new Patient(configure: options =>
            options with
            {
                Server = options.Server with { ClientKeys = [new Secret("one")] },
            }
        );
        patient.Variables["ANTHROPIC_AUTH_TOKEN"] = key;
        Lead(patient, Here, null);

        ClaudeChecks.Key(patient.Surveyed, patient.World).Result.ShouldBe(result);
    }

    [Fact]
    public async Task Rivals_are_named_with_their_place()
    {
        await using var patient = new Patient();
        ClaudeChecks.Rivals(patient.World).Result.ShouldBe(CheckResult.Ok);

        patient.Variables["ANTHROPIC_API_KEY"] = "sk-secret";
        ClaudeChecks
            .Rivals(patient.World)
            .ShouldBe(
                Finding.Warning(
                    "Claude Code goes by these variables as well: ANTHROPIC_API_KEY (the shell).",
                    "Run `unset ANTHROPIC_API_KEY`, and take it out of the shell's start file."
                )
            );

        patient.Settings("""{"env": {"CLAUDE_CODE_USE_BEDROCK": "1"}}""");
        ClaudeChecks
            .Rivals(patient.World)
            .ShouldBe(
                Finding.Problem(
                    "These variables lead Claude Code elsewhere: ANTHROPIC_API_KEY (the shell), CLAUDE_CODE_USE_BEDROCK (~/.claude/settings.json).",
                    "Run `codex-proxy setup`, and `unset ANTHROPIC_API_KEY CLAUDE_CODE_USE_BEDROCK` in the shell."
                )
            );
    }

    [Fact]
    public async Task The_shell_says_otherwise_than_the_settings()
    {
        await using var patient = new Patient();
        Lead(patient, Here, Here);
        ClaudeChecks.Shell(patient.Surveyed, patient.World).Result.ShouldBe(CheckResult.Ok);

        Lead(patient, Here, "http://other");
        var finding = ClaudeChecks.Shell(patient.Surveyed, patient.World);

        finding.Result.ShouldBe(CheckResult.Warning);
        finding.Message.ShouldStartWith("The shell sets ANTHROPIC_BASE_URL otherwise than the settings.");
        finding.Cure.ShouldBe("Run `unset ANTHROPIC_BASE_URL`.");
    }

    [Theory]
    [InlineData("{}", "Ok", "No status line is set.")]
    [InlineData("""{"statusLine": {"command": "date"}}""", "Ok", "The status line is another program's.")]
    [InlineData("""{"statusLine": {"command": "codex-proxy statusline"}}""", "Ok", "The status line works.")]
    [InlineData(
        """{"statusLine": {"command": "/gone/codex-proxy statusline"}}""",
        "Warning",
        "The status line's command `/gone/codex-proxy statusline` does not work here."
    )]
    public async Task The_status_line_works_or_not(string settings, string result, string message)
    {
        await using var patient = new Patient();
        patient.Settings(settings);
        patient.Program = (_, arguments, input) =>
            arguments[^1] == "codex-proxy statusline" && input.StartsWith('{')
                ? new ProgramEnd(0, "Opus\n")
                : new ProgramEnd(127, "");

        var finding = await ClaudeChecks.StatusLineAsync(patient.Surveyed, patient.World, CancellationToken.None);

        (finding.Result.ToString(), finding.Message).ShouldBe((result, message));
    }

    private static void Lead(Patient patient, string? setting, string? shell)
    {
        patient.Settings(setting is null ? "{}" : $$$"""{"env": {"ANTHROPIC_BASE_URL": "{{{setting}}}"}}""");
        if (shell is not null)
        {
            patient.Variables["ANTHROPIC_BASE_URL"] = shell;
        }
    }
}
