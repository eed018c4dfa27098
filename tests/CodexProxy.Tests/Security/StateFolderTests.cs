using System.Diagnostics;
using CodexProxy.Commands;
using CodexProxy.Launcher;
using CodexProxy.Storage;
using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

public sealed class StateFolderTests : IDisposable
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();

    [Fact]
    public void What_others_could_read_is_closed_and_named()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        _folder.Write("accounts/one.json", "{}");
        _folder.Write("signing.key", "x");
        File.SetUnixFileMode(_folder["accounts/one.json"], OwnersFile | UnixFileMode.OtherRead);
        File.SetUnixFileMode(_folder["signing.key"], OwnersFile);
        File.SetUnixFileMode(_folder["accounts"], OwnersFolder | UnixFileMode.GroupRead);
        File.SetUnixFileMode(_folder.Path, OwnersFolder | UnixFileMode.OtherExecute);

        StateFolder.Close(_folder.Path).ShouldBe(["", "accounts", Path.Combine("accounts", "one.json")]);

        File.GetUnixFileMode(_folder["accounts/one.json"]).ShouldBe(OwnersFile);
        File.GetUnixFileMode(_folder["accounts"]).ShouldBe(OwnersFolder);
        File.GetUnixFileMode(_folder.Path).ShouldBe(OwnersFolder);
        StateFolder.Close(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Files_of_another_user_are_known()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no owners of this kind.");
        _folder.Write("signing.key", "x");
        FileOwner.IsOther(_folder["signing.key"]).ShouldBeFalse();
        FileOwner.IsOther(_folder["nothing"]).ShouldBeFalse();
        StateFolder.Foreign(_folder.Path).ShouldBeNull();

        if (Environment.IsPrivilegedProcess)
        {
            GiveAway(_folder["signing.key"]);
            StateFolder.Foreign(_folder.Path).ShouldBe("signing.key");
        }
        else
        {
            FileOwner.IsOther("/").ShouldBeTrue();
        }
    }

    [Fact]
    public void A_record_of_another_users_server_is_not_believed()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows(),
            "Only root can give files away."
        );
        var records = new ServerRecordFile(_folder.Path);
        records.Write(ServerRecord.OfThisProcess(new Uri("http://127.0.0.1:1"), new Secret("token"), default));
        records.Read().ShouldNotBeNull();

        GiveAway(_folder["server.json"]);

        records.Read().ShouldBeNull();
    }

    [Fact]
    public async Task Serve_refuses_a_folder_of_another_user()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows(),
            "Only root can give files away."
        );
        using var run = new CommandRun();
        run.Folder.Write(".codex-proxy/signing.key", "x");
        GiveAway(run.Folder[".codex-proxy"]);

        (await run.RunAsync("serve", "--port", "0")).ShouldBe(ExitCode.Failed);

        run.Messages.ShouldContain("The state folder belongs to another user.");
    }

    public void Dispose() => _folder.Dispose();

    private static void GiveAway(string path)
    {
        using var process = Process.Start("chown", ["12345", path]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
