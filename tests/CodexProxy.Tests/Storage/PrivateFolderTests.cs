using CodexProxy.Storage;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Storage;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests
{
    [Fact]
    public void Every_folder_that_is_made_is_closed_to_others_and_none_that_was_there_changes()
    {
        using var folder = new TempFolder();
        var before = File.GetUnixFileMode(folder.Path);

        PrivateFolder.Create(folder["home/state/accounts"]);

        foreach (var made in (string[])["home", "home/state", "home/state/accounts"])
        {
            File.GetUnixFileMode(folder[made])
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, made);
        }

        File.GetUnixFileMode(folder.Path).ShouldBe(before);
    }
}
