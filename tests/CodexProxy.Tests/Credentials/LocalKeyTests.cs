using System.Buffers.Text;
using System.Text.Json;
using CodexProxy.Commands;
using CodexProxy.Credentials;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Credentials;

public sealed class LocalKeyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_a_signed_token_for_a_gateway_that_never_ends()
    {
        var parts = LocalKey.OfInstallation(_folder["home"]).Reveal().Split('.');

        parts.Length.ShouldBe(3);
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        payload.RootElement.GetProperty("aud").GetString().ShouldBe("claude-gateway");
        payload.RootElement.TryGetProperty("exp", out _).ShouldBeFalse();
        Base64Url.DecodeFromChars(parts[2]).Length.ShouldBe(32);
    }

    [Fact]
    public void One_installation_has_one_key_and_another_has_another()
    {
        var key = LocalKey.OfInstallation(_folder["home"]);

        LocalKey.OfInstallation(_folder["home"]).ShouldBe(key);
        LocalKey.OfInstallation(_folder["other"]).ShouldNotBe(key);
    }

    [Fact]
    public async Task Programs_that_start_at_once_agree_on_the_key()
    {
        var keys = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => LocalKey.OfInstallation(_folder["home"])))
        );

        keys.Distinct().ShouldHaveSingleItem();
        Directory.GetFiles(_folder["home"]).ShouldHaveSingleItem();
    }

    [Fact]
    public void The_signing_key_is_for_its_owner_only_and_a_damaged_one_is_never_replaced_silently()
    {
        LocalKey.OfInstallation(_folder["home"]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_folder["home/signing.key"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(_folder["home/signing.key"], "short");

        Should.Throw<IOException>(() => LocalKey.OfInstallation(_folder["home"]));
        File.ReadAllText(_folder["home/signing.key"]).ShouldBe("short");
    }

    [Fact]
    public async Task The_command_prints_it_alone()
    {
        using var run = new CommandRun();

        (await run.RunAsync("key")).ShouldBe(ExitCode.Done);

        run.Output.ShouldBe(LocalKey.OfInstallation(run.Folder[".codex-proxy"]).Reveal() + "\n");
        run.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_state_folder_that_cannot_be_made_is_told()
    {
        using var run = new CommandRun();
        run.Folder.Write(".codex-proxy", "a file in its way");

        (await run.RunAsync("key")).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldStartWith("error: The key cannot be read: ");
    }
}
