using CodexProxy.Options;
using CodexProxy.Telemetry;

namespace CodexProxy.Launcher;

/// <summary>The log files of a state folder, the later ones first.</summary>
/// <param name="home">The state folder.</param>
internal sealed class LogHistory(string home)
{
    private readonly string _folder = Path.Combine(home, "logs");

    /// <summary>The file the gateway writes to.</summary>
    public string FilePath => Path.Combine(_folder, RollingFile.Name);

    /// <summary>The file that holds the log: the rolling one, or what the process writes when it is switched off.</summary>
    public string Current(LogOptions options) => options.File ? FilePath : new ServerLog(home).FilePath;

    /// <summary>The files that are full, the latest first.</summary>
    public IReadOnlyList<string> Older() =>
        Directory.Exists(_folder)
            ?
            [
                .. Directory
                    .GetFiles(_folder, RollingFile.Name + ".*")
                    .Select(path => (Path: path, Number: NumberOf(path)))
                    .Where(file => file.Number > 0)
                    .OrderBy(file => file.Number)
                    .Select(file => file.Path),
            ]
            : [];

    /// <summary>
    /// What the process itself has written since the log's last line: the words of a runtime that broke down. Empty when there is
    /// nothing newer.
    /// </summary>
    public IReadOnlyList<string> LastWords()
    {
        var words = new FileInfo(new ServerLog(home).FilePath);
        if (!words.Exists || !File.Exists(FilePath) || words.LastWriteTimeUtc <= File.GetLastWriteTimeUtc(FilePath))
        {
            return [];
        }

        using var reader = new LogReader(words.FullName);
        reader.SeekLast(ShownWords);
        IReadOnlyList<string> lines = [.. reader.ReadNew(), .. reader.ReadUnfinished()];
        // What came before a start is told already, or long ago.
        var start = lines
            .ToList()
            .FindLastIndex(line =>
                line.Contains($" {ProductInfo.Name} ", StringComparison.Ordinal)
                && line.Contains(" serves at ", StringComparison.Ordinal)
            );
        return [.. lines.Skip(start + 1)];
    }

    private const int ShownWords = 20;

    private static int NumberOf(string path) =>
        int.TryParse(Path.GetExtension(path).AsSpan(1), out var number) ? number : 0;
}
