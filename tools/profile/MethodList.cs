using System.Text.RegularExpressions;

namespace CodexProxy.Profile;

/// <summary>The list of methods: each line a type, a colon, and its methods with a blank between them.</summary>
internal static partial class MethodList
{
    private const string Mark = ": JIT compiled ";

    /// <summary>Reads a list. Lines that begin with <c>#</c> are for people.</summary>
    public static IEnumerable<MethodName> Read(string path) =>
        from line in File.ReadLines(path)
        where line.Length > 0 && line[0] != '#'
        let colon = EndOfType(line)
        from method in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let name = MethodName.Read(FileLocal.WithoutHash(line[..(colon + 1)] + method))
        where name is not null
        select name;

    /// <summary>Makes a list of what runtimes have compiled; which overload it was is left out.</summary>
    public static IEnumerable<string> FromLogs(IEnumerable<string> paths) =>
        paths
            .SelectMany(File.ReadLines)
            .Where(line => Complete().IsMatch(line))
            .Select(line => line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..])
            .Where(line => !line.Contains("IL_STUB", StringComparison.Ordinal) && StartOfParameters(line) > 0)
            .Select(line => FileLocal.WithoutHash(line[..StartOfParameters(line)]))
            .Distinct()
            .GroupBy(line => line[..EndOfType(line)], line => line[(EndOfType(line) + 1)..])
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Key}:{string.Join(' ', group.Order(StringComparer.Ordinal))}");

    private static int EndOfType(string line)
    {
        var depth = 0;
        for (var index = 0; index < line.Length; index++)
        {
            depth +=
                line[index] is '[' ? 1
                : line[index] is ']' ? -1
                : 0;
            if (line[index] == ':' && depth == 0)
            {
                return index;
            }
        }

        return line.Length - 1;
    }

    private static int StartOfParameters(string line) => line.IndexOf('(', EndOfType(line));

    // The last line of a runtime that was ended may be cut.
    [GeneratedRegex(@"^ *\d+: JIT compiled \S.*\) \[[^\[]*IL size=\d+, code size=\d+\]$")]
    private static partial Regex Complete();
}
