using System.Net;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Tests.Launcher;
using CodexProxy.Tests.Records;

namespace CodexProxy.Tests.Commands;

/// <summary>The command that opens the dashboard.</summary>
public sealed class DashboardCommandTests
{
    [Theory]
    [InlineData(true, "The browser opens it.")]
    [InlineData(false, "Open it in a browser on this machine.")]
    public async Task It_prints_a_link_that_works_and_opens_the_browser(bool hasBrowser, string said)
    {
        await using var stage = await HonestyStage.StartAsync();
        var opened = new List<Uri>();
        stage.Commands.Surroundings = stage.Commands.Surroundings with
        {
            OpenBrowser = address =>
            {
                opened.Add(address);
                return hasBrowser;
            },
        };

        (await stage.Commands.RunAsync("dashboard")).ShouldBe(ExitCode.Done);

        var link = stage.Commands.Output.TrimEnd();
        link.ShouldStartWith($"{stage.World.Gateway.Address.GetLeftPart(UriPartial.Authority)}/dashboard/open?key=");
        opened.Single().AbsoluteUri.ShouldBe(link);
        stage.Commands.Messages.ShouldContain(said);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(link);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        stage.World.Gateway.Log.Lines.ShouldNotContain(line => line.Contains(link.Split("key=")[1]));
    }

    [Fact]
    public async Task Without_a_browser_it_only_prints()
    {
        await using var stage = await HonestyStage.StartAsync();
        stage.Commands.Surroundings = stage.Commands.Surroundings with
        {
            OpenBrowser = _ => throw new InvalidOperationException("Nobody asked for a browser."),
        };

        (await stage.Commands.RunAsync("dashboard", "--no-browser")).ShouldBe(ExitCode.Done);
        stage.Commands.Clear();
        (await stage.Commands.RunAsync("dashboard", "--json")).ShouldBe(ExitCode.Done);

        using var link = JsonDocument.Parse(stage.Commands.Output);
        link.RootElement.GetProperty("url").GetString()!.ShouldContain("/dashboard/open?key=");
        link.RootElement.TryGetProperty("expiresAt", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task It_starts_the_server_when_none_runs_and_its_log_knows_no_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals of Unix.");
        using var home = new Installation();

        var run = await home.RunAsync("dashboard", "--no-browser");

        run.Code.ShouldBe(ExitCode.Done, run.Messages);
        run.Output.ShouldContain("/dashboard/open?key=");
        home.Record.ShouldNotBeNull();
        (await File.ReadAllTextAsync(Path.Combine(home.Home, "logs", "server.log"))).ShouldNotContain("key=");
    }
}
