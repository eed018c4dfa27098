using CodexProxy.Launcher;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Launcher;

/// <summary>The end of the server's log, and what comes after it.</summary>
public sealed class LogReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LogReader _reader;

    public LogReaderTests() => _reader = new LogReader(_folder["log"]);

    public void Dispose()
    {
        _reader.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a\nb\nc\n", 2, 0, "b,c")]
    [InlineData("a\nb\nc", 2, 0, "b,c")]
    [InlineData("a\nb\n", 9, 0, "a,b")]
    [InlineData("a\n\nc\n", 2, 0, ",c")]
    [InlineData("a\nb\n", 0, 0, "")]
    [InlineData("", 5, 0, "")]
    [InlineData("old\nnew\n", 5, 4, "new")]
    public void The_last_lines_are_found(string text, int lines, long from, string expected)
    {
        _folder.Write("log", text);

        _reader.SeekLast(lines, from);

        string.Join(',', [.. _reader.ReadNew(), .. _reader.ReadUnfinished()]).ShouldBe(expected);
    }

    [Fact]
    public void They_are_found_across_blocks()
    {
        var line = new string('ä', 300);
        _folder.Write("log", string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"{i} {line}")));

        _reader.SeekLast(500);

        var read = _reader.ReadNew();
        read[0].ShouldBe($"500 {line}");
        read.Count.ShouldBe(499);
        _reader.ReadUnfinished().ShouldBe([$"999 {line}"]);
    }

    [Fact]
    public void A_line_is_read_once_it_is_whole()
    {
        _folder.Write("log", "a");
        _reader.ReadNew().ShouldBeEmpty();

        File.AppendAllText(_folder["log"], "b\r\nc");

        _reader.ReadNew().ShouldBe(["ab"]);
    }

    [Fact]
    public void A_file_that_was_put_aside_is_read_to_its_end_and_then_its_successor()
    {
        _folder.Write("log", "long old line\nlast");
        _reader.SeekLast(0);
        File.AppendAllText(_folder["log"], " of the old\nrest");
        File.Move(_folder["log"], _folder["log.1"]);
        _folder.Write("log", "new\n");

        _reader.ReadNew().ShouldBe([" of the old", "rest", "new"]);
    }

    [Fact]
    public void A_file_that_does_not_exist_yet_is_read_from_its_beginning()
    {
        _reader.SeekLast(5);
        _reader.ReadNew().ShouldBeEmpty();

        _folder.Write("log", "first\n");

        _reader.ReadNew().ShouldBe(["first"]);
    }

    [Theory]
    [InlineData(ServerLog.RotationSize, true)]
    [InlineData(ServerLog.RotationSize - 1, false)]
    public void A_start_puts_a_large_log_aside(long size, bool isAside)
    {
        var log = new ServerLog(_folder.Path);
        _folder.Write("logs/server.log.1", "the one before");
        using (var file = File.Create(log.FilePath))
        {
            file.SetLength(size);
        }

        log.Prepare();

        log.Length.ShouldBe(isAside ? 0 : size);
        new FileInfo(log.FilePath + ".1").Length.ShouldBe(isAside ? size : 14);
    }
}
