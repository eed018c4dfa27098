using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Rows;

/// <summary>
/// Tables of what goes in and what has to come out, one file for each part of the library. With
/// <c>CODEX_PROXY_TEST_WRITE=1</c> what comes out now is written into them, to be read before it is kept.
/// </summary>
public sealed class RowTests
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ConcurrentDictionary<string, List<(string Name, JsonElement In, JsonElement Out)>> Tables =
        new();

    public static TheoryData<string, string> All
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var subject in Subjects.All.Keys)
            {
                foreach (var row in Read(subject))
                {
                    rows.Add(subject, row.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_comes_out_is_what_is_written_beside_it(string subject, string name)
    {
        var row = Read(subject).Single(row => row.Name == name);

        JsonComparison.ShouldBeSame(Json(Subjects.All[subject](row.In)), row.Out, $"{subject}: {name}");
    }

    [Fact]
    public void Every_table_has_a_subject()
    {
        if (Environment.GetEnvironmentVariable("CODEX_PROXY_TEST_WRITE") == "1")
        {
            Subjects.All.Keys.ToList().ForEach(Renew);
        }

        Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).ShouldBe(Subjects.All.Keys, true);
    }

    private static string Folder => Path.Combine(ResponseFixtures.Folder, "..", "CodexProxy.Protocol.Tests", "Rows");

    internal static List<(string Name, JsonElement In, JsonElement Out)> Read(string subject) =>
        Tables.GetOrAdd(subject, ReadFile);

    private static List<(string Name, JsonElement In, JsonElement Out)> ReadFile(string subject) =>
        [
            .. Json(File.ReadAllText(Path.Combine(Folder, subject + ".json")))
                .EnumerateArray()
                .Select(row =>
                    (
                        row.GetProperty("name").GetString()!,
                        row.GetProperty("in"),
                        row.TryGetProperty("out", out var written) ? written : default
                    )
                ),
        ];

    private static void Renew(string subject)
    {
        var text = new StringBuilder();
        foreach (var (name, input, _) in Read(subject))
        {
            text.Append(text.Length == 0 ? "[\n" : ",\n")
                .Append($"  {{\n    \"name\": {JsonSerializer.Serialize(name, Readable)},\n")
                .Append($"    \"in\": {JsonSerializer.Serialize(input, Readable)},\n")
                .Append($"    \"out\": {JsonSerializer.Serialize(Json(Subjects.All[subject](input)), Readable)}\n  }}");
        }

        if (text.Length > 0)
        {
            File.WriteAllText(Path.Combine(Folder, subject + ".json"), text.Append("\n]\n").ToString());
        }
    }

    private static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
