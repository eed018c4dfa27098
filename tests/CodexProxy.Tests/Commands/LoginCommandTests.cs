using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Simulator;
using CodexProxy.Simulator.Requests;
using CodexProxy.Tests.SignIn;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Commands;

/// <summary><c>codex-proxy login</c> in memory, with the simulator as issuer.</summary>
public sealed class LoginCommandTests : IAsyncLifetime
{
    private readonly CommandRun _run = new();
    private readonly AwaitedLines _output = new();
    private SignInStage _stage = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await SignInStage.StartAsync();
        _run.Variables["CODEX_PROXY_AUTH_ISSUER"] = _stage.Simulator.Address.AbsoluteUri;
        _run.Variables["CODEX_PROXY_CALLBACK_PORTS"] = "0";
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        _run.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task It_opens_the_browser_keeps_the_tokens_and_says_so()
    {
        var opened = new TaskCompletionSource<Uri>();
        _run.Surroundings = _run.Surroundings with { OpenBrowser = address => opened.TrySetResult(address) };

        var running = RunAsync("login");
        await _stage.BrowseAsync(await opened.Task);

        (await running).ShouldBe(ExitCode.Done);
        Directory.GetFiles(_run.Folder[".codex-proxy/accounts"], "*.json").ShouldHaveSingleItem();
        _output.Text.ShouldBe(
            $"""
            Your browser opens. If it does not, open this link:

            {(await opened.Task).AbsoluteUri}

            ✓ Signed in as person@example.com (plus).

            """
        );
        _run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_secret_is_ever_printed()
    {
        _run.Typed = new TypedLines();
        var running = RunAsync("login", "--no-browser");
        var link = await LinkAsync();
        await _stage.BrowseAsync(link);
        (await running).ShouldBe(ExitCode.Done);

        var request = _stage.Simulator.Requests.Of(SimulatedEndpoint.Token).Single();
        var kept = Kept();
        var printed = _output.Text + _run.Messages;
        foreach (
            var secret in new[]
            {
                request.Form["code"],
                request.Form["code_verifier"],
                kept.GetProperty("id_token").GetString()!,
                kept.GetProperty("access_token").GetString()!,
                kept.GetProperty("refresh_token").GetString()!,
            }
        )
        {
            printed.ShouldNotContain(secret);
        }

        printed.Split(Parameter(link, "state")).Length.ShouldBe(2, "the state stands in the link and nowhere else");
    }

    [Fact]
    public async Task Without_a_browser_the_address_can_be_pasted_and_a_wrong_one_is_told()
    {
        var typed = new TypedLines();
        _run.Typed = typed;
        var running = RunAsync("login", "--no-browser");
        var answer = await _stage.AnswerAsync(await LinkAsync());

        typed.Type("ac_1#of-another");
        typed.Type("");
        typed.Type(answer.AbsoluteUri);

        (await running).ShouldBe(ExitCode.Done);
        _run.Messages.ShouldContain("error: That is the answer of another sign-in.");
        _output.Text.ShouldContain("▀");
    }

    [Fact]
    public async Task Nobody_at_the_terminal_gets_no_picture_and_the_browser_still_counts()
    {
        var running = RunAsync("login", "--no-browser");
        await _stage.BrowseAsync(await LinkAsync());

        (await running).ShouldBe(ExitCode.Done);
        _output.Text.ShouldNotContain("▀");
    }

    [Fact]
    public async Task A_denied_sign_in_fails_with_its_sentence()
    {
        _stage.Simulator.SignIn.Refusal = ("access_denied", "no");
        var running = RunAsync("login");
        await _stage.BrowseAsync(await LinkAsync());

        (await running).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldBe("error: The sign-in was denied. Sign in again and choose to allow it.\n");
        _output.Text.ShouldStartWith("No browser could be opened. Open this link on this machine:");
    }

    [Fact]
    public async Task A_cancelled_sign_in_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        var running = _run.RunAsync(_output, cancelled.Token, "login");
        var port = new Uri(Parameter(await LinkAsync(), "redirect_uri")).Port;
        (await SignInStage.IsOpenAsync(port)).ShouldBeTrue();

        await cancelled.CancelAsync();

        (await running).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldBe("The sign-in was cancelled.\n");
        (await SignInStage.IsOpenAsync(port)).ShouldBeFalse();
        Directory.GetFileSystemEntries(_run.Folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_device_code_is_shown_and_waited_for()
    {
        _run.Surroundings = _run.Surroundings with { Time = new ManualTime { SkipsWaits = true } };
        var issued = _stage.Simulator.Tokens.Issue(_stage.Simulator.Accounts.Default);
        _stage.Simulator.NextReply(
            SimulatedEndpoint.DeviceToken,
            HttpReply.Json(
                200,
                writer =>
                {
                    writer.WriteString("authorization_code", "ac_1");
                    writer.WriteString("code_verifier", "v-1");
                }
            )
        );
        _stage.Simulator.NextReply(
            SimulatedEndpoint.Token,
            HttpReply.Json(
                200,
                writer =>
                {
                    writer.WriteString("id_token", issued.IdToken);
                    writer.WriteString("access_token", issued.AccessToken);
                    writer.WriteString("refresh_token", issued.RefreshToken);
                }
            )
        );

        (await RunAsync("login", "--device")).ShouldBe(ExitCode.Done);

        var lines = _output.Text.Split('\n');
        lines[0]
            .ShouldBe($"Open {new Uri(_stage.Simulator.Address, "/codex/device")} on any device and type this code:");
        lines[2].ShouldMatch("^    [0-9A-Za-z]{4}-[0-9A-Za-z]{5}$");
        Kept().GetProperty("refresh_token").GetString().ShouldBe(issued.RefreshToken);
        _run.Messages.ShouldContain("The code works for 15 minutes.");
    }

    [Fact]
    public async Task Devices_not_enabled_fail_with_their_sentence()
    {
        _stage.Devices.Allowed = false;

        (await RunAsync("login", "--device")).ShouldBe(ExitCode.Failed);

        _run.Messages.ShouldStartWith("error: Sign-in by device code is not enabled here.");
    }

    [Fact]
    public async Task Two_ways_at_once_are_wrong_usage()
    {
        (await RunAsync("login", "--device", "--no-browser")).ShouldBe(ExitCode.WrongUsage);
        _run.Variables["CODEX_PROXY_CALLBACK_PORTS"] = "1455,none";
        (await RunAsync("login")).ShouldBe(ExitCode.WrongUsage);

        _run.Messages.ShouldContain("is not a list of one or more ports from 0 to 65535");
        _output.Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tokens_that_cannot_be_kept_are_told()
    {
        _run.Folder.Write(".codex-proxy/accounts", "a file where the folder should be");
        var running = RunAsync("login");
        await _stage.BrowseAsync(await LinkAsync());

        (await running).ShouldBe(ExitCode.Failed);
        _run.Messages.ShouldStartWith("error: The sign-in worked, but it could not be kept: ");
    }

    private JsonElement Kept()
    {
        var file = Directory.GetFiles(_run.Folder[".codex-proxy/accounts"], "*.json").ShouldHaveSingleItem();
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.GetProperty("tokens").Clone();
    }

    private Task<int> RunAsync(params string[] arguments) =>
        _run.RunAsync(_output, TestContext.Current.CancellationToken, arguments);

    private async Task<Uri> LinkAsync() => new(await _output.WaitForAsync("/oauth/authorize?"));

    private static string Parameter(Uri link, string name) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(link.Query)[name].ToString();
}
