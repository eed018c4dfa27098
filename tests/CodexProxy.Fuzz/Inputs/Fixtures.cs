using System.Text.Json;

namespace CodexProxy.Fuzz.Inputs;

/// <summary>The samples that inputs are made of: the fixtures of the tests.</summary>
internal static class Fixtures
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of fixtures.</summary>
    public static string Folder { get; } = Path.Combine(Root, "tests", "Fixtures");

    /// <summary>Files of one folder, in the order of their names.</summary>
    public static IEnumerable<byte[]> Read(string folder, string pattern) =>
        Directory
            .GetFiles(Path.Combine(Folder, folder), pattern)
            .Order(StringComparer.Ordinal)
            .Select(file => File.ReadAllBytes(file));

    /// <summary>The bodies that lie under a member of captured exchanges.</summary>
    public static IEnumerable<byte[]> ReadBodies(string folder, string member)
    {
        foreach (var file in Read(folder, "*.json"))
        {
            using var document = JsonDocument.Parse(file);
            if (
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(member, out var body)
                && body.ValueKind == JsonValueKind.Object
            )
            {
                yield return JsonSerializer.SerializeToUtf8Bytes(body);
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above holds CodexProxy.slnx.");
    }
}
