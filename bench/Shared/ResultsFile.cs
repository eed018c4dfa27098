using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CodexProxy.Bench;

/// <summary>The committed <c>bench/results.md</c>: each program replaces the section between its own marks.</summary>
internal static class ResultsFile
{
    /// <summary>Replaces one section.</summary>
    public static void Replace(string section, string markdown)
    {
        var path = Path.Combine(RepositoryRoot(), "bench", "results.md");
        var (begin, end) = ($"<!-- {section}:begin -->", $"<!-- {section}:end -->");
        var text = File.ReadAllText(path);
        var pattern = $"{Regex.Escape(begin)}.*?{Regex.Escape(end)}";
        if (!Regex.IsMatch(text, pattern, RegexOptions.Singleline))
        {
            throw new InvalidOperationException($"bench/results.md has no section {section}.");
        }

        var replacement = $"{begin}\n{markdown.Trim()}\n{end}";
        File.WriteAllText(path, Regex.Replace(text, pattern, _ => replacement, RegexOptions.Singleline));
    }

    /// <summary>What a reader must know of the machine, and nothing that names it.</summary>
    public static string MachineFacts()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd} · {Environment.ProcessorCount} cores · {memory:F0} GiB · "
                + $"{RuntimeInformation.OSDescription} · {RuntimeInformation.FrameworkDescription} · "
                + $"{RuntimeInformation.ProcessArchitecture}"
        );
    }

    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Run this from a build inside the repository.");
    }
}
