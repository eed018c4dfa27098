using CodexProxy.Telemetry;
using CodexProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CodexProxy.Tests.Telemetry;

/// <summary>The log files: for their owner, of bounded size and number, and never a reason to fail.</summary>
public sealed class RollingFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _troubles = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_and_folder_are_made_for_their_owner_when_the_first_line_comes()
    {
        using (var file = Open(1000, 3))
        {
            Directory.Exists(_folder["logs"]).ShouldBeFalse();
            Write(file, "first", "second");
        }

        Text("").ShouldBe("2026-11-21T12:00:00.000Z info first\n2026-11-21T12:00:00.000Z info second\n");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_folder["logs/gateway.log"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_folder["logs"])
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_full_file_is_put_aside_and_only_so_many_are_kept()
    {
        // Two lines of 33 bytes each.
        using (var file = Open(70, 3))
        {
            Write(file, "1111", "2222", "3333", "4444", "5555", "6666", "7777");
        }

        Directory.GetFiles(_folder["logs"], "gateway.log*").Length.ShouldBe(4, "three and the lock");
        Texts("").ShouldBe(["7777"]);
        Texts(".1").ShouldBe(["5555", "6666"]);
        Texts(".2").ShouldBe(["3333", "4444"]);
    }

    [Fact]
    public void A_line_that_comes_late_still_goes_into_a_file_of_the_right_size()
    {
        using (var file = Open(70, 3))
        {
            foreach (var text in (string[])["1111", "2222", "3333"])
            {
                Write(file, text);
                file.Flush();
            }
        }

        Texts("").ShouldBe(["3333"]);
        Texts(".1").ShouldBe(["1111", "2222"]);
    }

    [Fact]
    public void A_new_start_goes_on_with_the_file()
    {
        using (var file = Open(1000, 3))
        {
            Write(file, "old");
        }

        using (var file = Open(1000, 3))
        {
            Write(file, "new");
        }

        Texts("").ShouldBe(["old", "new"]);
    }

    [Fact]
    public void Files_beyond_a_smaller_number_are_deleted_and_strangers_are_left_alone()
    {
        foreach (var name in (string[])["gateway.log.1", "gateway.log.7", "gateway.log.bak"])
        {
            _folder.Write($"logs/{name}", name);
        }

        using (var file = Open(40, 2))
        {
            Write(file, "1111", "2222");
        }

        Texts(".1").ShouldBe(["1111"]);
        File.Exists(_folder["logs/gateway.log.7"]).ShouldBeFalse();
        File.Exists(_folder["logs/gateway.log.bak"]).ShouldBeTrue();
    }

    [Fact]
    public void One_file_alone_begins_anew()
    {
        using (var file = Open(40, 1))
        {
            Write(file, "1111", "2222");
        }

        Texts("").ShouldBe(["2222"]);
        File.Exists(_folder["logs/gateway.log.1"]).ShouldBeFalse();
    }

    [Fact]
    public void A_line_larger_than_a_file_has_one_of_its_own()
    {
        using (var file = Open(70, 3))
        {
            Write(file, new string('x', 500), "next");
        }

        Texts("").ShouldBe(["next"]);
        Texts(".1").Single().Length.ShouldBe(500);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_of_once_and_tried_again_later()
    {
        // A file stands where the folder would be.
        var obstacle = _folder.Write("logs", "");
        using var file = Open(1000, 3);
        Write(file, "lost");
        file.Flush();
        Write(file, "lost too");
        file.Flush();
        _time.Advance(TimeSpan.FromSeconds(6));
        Write(file, "and this");
        file.Flush();

        _troubles.Count.ShouldBe(1);
        _troubles[0].ShouldStartWith("The log file cannot be written");

        File.Delete(obstacle);
        _time.Advance(TimeSpan.FromSeconds(6));
        Write(file, "kept");
        file.Flush();

        Texts("").ShouldBe(["kept"]);
    }

    [Fact]
    public void Only_one_of_two_writes_and_the_other_takes_over()
    {
        var first = Open(1000, 3);
        Write(first, "of the first");
        first.Flush();
        using var second = Open(1000, 3);
        Write(second, "lost");
        second.Flush();
        _troubles.Count.ShouldBe(1);

        first.Dispose();
        _time.Advance(TimeSpan.FromSeconds(6));
        Write(second, "of the second");
        second.Flush();

        Texts("").ShouldBe(["of the first", "of the second"]);
    }

    private RollingFile Open(long size, int files) => new(_folder["logs"], size, files, _time, _troubles.Add);

    private static void Write(RollingFile file, params string[] texts)
    {
        foreach (var text in texts)
        {
            file.Write(new LogLine(0, new ManualTime().GetUtcNow(), LogLevel.Information, text));
        }
    }

    private string Text(string end) => File.ReadAllText(_folder[$"logs/gateway.log{end}"]);

    private string[] Texts(string end) =>
        [.. Text(end).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[30..])];
}
