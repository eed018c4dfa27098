using System.Net;
using System.Net.Sockets;
using CodexProxy.Diagnosis;
using CodexProxy.Options;
using CodexProxy.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CodexProxy.Tests.Diagnosis;

public sealed class MachineChecksTests
{
    [Theory]
    [InlineData("10.0.3", "Ok")]
    [InlineData("11.0.0", "Warning")]
    [InlineData("9.0.1", "Problem")]
    public void The_runtime_is_the_one_it_was_built_for(string version, string result) =>
        MachineChecks.Runtime(Version.Parse(version)).Result.ToString().ShouldBe(result);

    [Fact]
    public async Task Settings_are_valid_absent_or_told_with_their_cure()
    {
        await using var patient = new Patient();
        MachineChecks
            .Settings(patient.Surveyed.Options, patient.Surveyed.Inputs)
            .Message.ShouldStartWith("No settings file;");
        patient.Folder.Write("home/config.json", "{}");
        MachineChecks
            .Settings(patient.Surveyed.Options, patient.Surveyed.Inputs)
            .ShouldBe(Finding.Ok("~/home/config.json is valid."));

        var rejection = new OptionsRejectedException([new("--port", "no", "Do."), new("--host", "no", "Do.")]);

        MachineChecks.Settings(rejection).ShouldBe(Finding.Problem("--port: no. There are 1 more.", "Do."));
    }

    [Fact]
    public async Task The_state_folder_is_closed_to_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        await using var patient = new Patient();
        MachineChecks.StateFolder(patient.Surveyed).Message.ShouldContain("does not exist yet");
        var file = patient.Folder.Write("home/signing.key", "");
#pragma warning disable CA1416 // Skipped there.
        File.SetUnixFileMode(patient.Folder["home"], (UnixFileMode)Convert.ToInt32("700", 8));
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("600", 8));
        MachineChecks.StateFolder(patient.Surveyed).ShouldBe(Finding.Ok("~/home is closed to others."));

        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32("640", 8));
        MachineChecks
            .StateFolder(patient.Surveyed)
            .ShouldBe(
                Finding.Warning(
                    "1 file in ~/home would be open to others if the folder were.",
                    "Run `chmod 600 ~/home/signing.key`."
                )
            );

        File.SetUnixFileMode(patient.Folder["home"], (UnixFileMode)Convert.ToInt32("755", 8));
#pragma warning restore CA1416
        MachineChecks
            .StateFolder(patient.Surveyed)
            .ShouldBe(
                Finding.Problem("Other users can look into ~/home, which holds keys.", "Run `chmod 700 ~/home`.")
            );
    }

    [Fact]
    public async Task The_port_is_held_by_a_gateway_of_ours()
    {
        await using var gateway = await RunningGateway.StartAsync();

        (await PortAsync(gateway.Address.Port)).Message.ShouldBe(
            $"The gateway {ProductInfo.Version} runs on port {gateway.Address.Port}."
        );
    }

    [Theory]
    [InlineData("""{"status":"ok","version":"0.0.1","signed_in":false}""", "Warning", "is version 0.0.1; this is")]
    [InlineData("""{"version":"0.0.1"}""", "Problem", "Another program listens")]
    [InlineData("hello", "Problem", "Another program listens")]
    public async Task The_port_is_held_by_another_that_speaks_http(string health, string result, string message)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        await using var other = builder.Build();
        other.Run(context => context.Response.WriteAsync(health));
        await other.StartAsync();

        var finding = await PortAsync(CodexProxy.Hosting.GatewayHost.AddressOf(other).Port);

        finding.Result.ToString().ShouldBe(result);
        finding.Message.ShouldContain(message);
        finding.Cure.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_port_is_free_or_held_by_what_does_not_speak_http()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = PortAsync(port);
        using (var client = await listener.AcceptTcpClientAsync())
        {
            await client.GetStream().WriteAsync("220 mail\r\n"u8.ToArray());
        }

        (await asked).Message.ShouldBe($"Another program listens on port {port}, and does not speak HTTP.");

        listener.Stop();
        (await PortAsync(port)).ShouldBe(Finding.Ok($"Port {port} is free; the gateway does not run."));
        (await PortAsync(port, isLedHere: true)).ShouldBe(
            Finding.Warning(
                $"Claude Code is led to port {port}, and the gateway does not run.",
                "Run `codex-proxy start --background`."
            )
        );
    }

    [Fact]
    public async Task A_port_that_changes_cannot_be_led_to() =>
        (await PortAsync(0)).Result.ShouldBe(CheckResult.Warning);

    private static async Task<Finding> PortAsync(int port, bool isLedHere = false)
    {
        await using var patient = new Patient(configure: options =>
            options with
            {
                Server = new ServerOptions { Port = port },
            }
        );
        return await MachineChecks.PortAsync(patient.Surveyed, isLedHere, CancellationToken.None);
    }
}
