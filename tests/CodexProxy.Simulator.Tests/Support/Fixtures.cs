using System.Text.Json;

namespace CodexProxy.Simulator.Tests.Support;

/// <summary>Finds the shared sample data of the repository.</summary>
internal static class Fixtures
{
    public static string Folder { get; } = FindFolder();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    public static JsonElement Json(params string[] parts) =>
        JsonDocument.Parse(File.ReadAllBytes(Path(parts))).RootElement;

    public static string[] EventTypes(string path) =>
        [.. SseText.Read(File.ReadAllText(path)).Select(happening => happening.GetProperty("type").GetString()!)];

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The solution folder was not found.");
        }

        return System.IO.Path.Combine(folder.FullName, "tests", "Fixtures");
    }
}

/// <summary>Reads the data of server-sent events.</summary>
internal static class SseText
{
    public static List<JsonElement> Read(string text)
    {
        var events = new List<JsonElement>();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var data = string.Join(
                '\n',
                block
                    .Split('\n')
                    .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
                    .Select(line => line[5..])
            );
            if (data.Length > 0)
            {
                events.Add(JsonDocument.Parse(data).RootElement);
            }
        }

        return events;
    }
}
