using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests;

/// <summary>Who may import whom. The compiler guards the projects; this guards the folders.</summary>
public sealed partial class ArchitectureTests
{
    // The program's folders from the ground up: each may import only those before it.
    private static readonly string[] Floors =
    [
        "Storage",
        "Telemetry",
        "Documents",
        "Options",
        "Credentials",
        "Keys",
        "Accounts",
        "SignIn",
        "Codex",
        "Records",
        "Usage",
        "Sqlite",
        "Feed",
        "Answers",
        "Relay",
        "Clients",
        "Terminals",
        "Views",
        "Endpoints",
        "Hosting",
        "Launcher",
        "Autostart",
        "Diagnosis",
        "Demo",
        "Replay",
        "Commands",
    ];

    private static readonly string[] Conversation =
    [
        "Protocol.Errors",
        "Protocol.Anthropic",
        "Protocol.OpenAI",
        "Protocol.Translation",
        "Protocol.Failures",
    ];

    // Folder → namespaces it must not name.
    private static readonly Dictionary<string, string[]> Forbidden = new()
    {
        // The wire models of the two sides never see each other, nor what is built on them.
        ["CodexProxy.Protocol/Json"] =
        [
            "Protocol.Errors",
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
            "Protocol.Failures",
        ],
        // What a client is told needs no message of either side.
        ["CodexProxy.Protocol/Errors"] =
        [
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Chat",
            "Protocol.Responses",
            "Protocol.Translation",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        ["CodexProxy.Protocol/Anthropic"] =
        [
            "Protocol.OpenAI",
            "Protocol.Translation",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        ["CodexProxy.Protocol/OpenAI"] =
        [
            "Protocol.Errors",
            "Protocol.Anthropic",
            "Protocol.Translation",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        ["CodexProxy.Protocol/Models"] =
        [
            "Protocol.Errors",
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
        ],
        ["CodexProxy.Protocol/Quota"] =
        [
            "Protocol.Errors",
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
        ],
        ["CodexProxy.Protocol/Failures"] = ["Protocol.Anthropic", "Protocol.OpenAI", "Protocol.Translation"],
        ["CodexProxy.Protocol/Tokens"] = ["Protocol.Errors", "Protocol.Anthropic", "Protocol.Translation"],
        // Each face has its wire and its translation, and knows no other face.
        ["CodexProxy.Protocol/Chat"] =
        [
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
            "Protocol.ChatTranslation",
            "Protocol.Responses",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        ["CodexProxy.Protocol/Translation"] = ["Protocol.Chat", "Protocol.ChatTranslation", "Protocol.Responses"],
        ["CodexProxy.Protocol/ChatTranslation"] = ["Protocol.Responses"],
        ["CodexProxy.Protocol/Responses"] = ["Protocol.Chat", "Protocol.ChatTranslation"],
        // An upstream of another protocol is a translation of the hub's form, and no face.
        ["CodexProxy.Protocol/ChatUpstream"] =
        [
            "Protocol.Errors",
            "Protocol.Anthropic",
            "Protocol.Chat",
            "Protocol.ChatTranslation",
            "Protocol.Responses",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        // The door speaks the client's protocol only; the client of the backend speaks the backend's only.
        ["CodexProxy/Endpoints"] = ["Protocol.OpenAI", "Protocol.Failures"],
        ["CodexProxy/Codex"] = ["Protocol.Errors", "Protocol.Anthropic"],
        // What people and files have to do with: no protocol.
        ["CodexProxy/Accounts"] = Conversation,
        ["CodexProxy/Clients"] = Conversation,
        ["CodexProxy/Commands"] = Conversation,
        ["CodexProxy/Credentials"] = Conversation,
        ["CodexProxy/Diagnosis"] = Conversation,
        ["CodexProxy/Documents"] = Conversation,
        ["CodexProxy/Keys"] = Conversation,
        ["CodexProxy/Launcher"] = Conversation,
        ["CodexProxy/Options"] = Conversation,
        ["CodexProxy/SignIn"] = Conversation,
        ["CodexProxy/Storage"] = ["CodexProxy.Protocol"],
        ["CodexProxy/Terminals"] = Conversation,
        ["CodexProxy/Views"] = Conversation,
        // The judge knows nothing of what it judges.
        ["CodexProxy.Simulator"] =
        [
            "CodexProxy.Protocol",
            "CodexProxy.Relay",
            "CodexProxy.Codex",
            "CodexProxy.Endpoints",
        ],
    };

    [Fact]
    public void A_folder_stands_above_all_that_it_imports()
    {
        var root = Repository.File("src/CodexProxy");
        Directory
            .GetDirectories(root)
            .Where(folder => Directory.GetFiles(folder, "*.cs").Length > 0)
            .Select(folder => Path.GetFileName(folder)!)
            .ShouldBe(Floors, ignoreOrder: true);
        foreach (var (floor, folder) in Floors.Index())
        {
            foreach (var file in Directory.GetFiles(Path.Combine(root, folder), "*.cs"))
            {
                Imports(file)
                    .Select(import => Array.IndexOf(Floors, import.Split('.').ElementAtOrDefault(1)))
                    .ShouldAllBe(other => other < floor, $"{folder}/{Path.GetFileName(file)} imports upwards");
            }
        }
    }

    public static TheoryData<string> Folders => [.. Forbidden.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_imports_only_what_it_may(string folder)
    {
        var files = Directory.GetFiles(Repository.File($"src/{folder}"), "*.cs", SearchOption.AllDirectories);

        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            var imports = Imports(file);
            foreach (var name in Forbidden[folder])
            {
                imports.ShouldNotContain(
                    import => $"{import}.".Contains($"{name.TrimEnd('.')}.", StringComparison.Ordinal),
                    $"{Path.GetFileName(file)} must not import {name}"
                );
            }
        }
    }

    [Fact]
    public void The_protocol_library_does_no_input_or_output()
    {
        foreach (
            var file in Directory.GetFiles(
                Repository.File("src/CodexProxy.Protocol"),
                "*.cs",
                SearchOption.AllDirectories
            )
        )
        {
            var text = File.ReadAllText(file);
            foreach (
                var name in (string[])
                    ["System.Net.Http", "Microsoft.Extensions.Logging", "Task.Run", "File.Read", "TimeProvider"]
            )
            {
                text.Contains(name, StringComparison.Ordinal).ShouldBeFalse($"{Path.GetFileName(file)} names {name}");
            }
        }
    }

    [Fact]
    public void What_others_wrote_is_parsed_so_that_every_text_can_be_read()
    {
        var files = ((string[])["src/CodexProxy", "src/CodexProxy.Protocol"])
            .SelectMany(folder => Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => Path.GetFileName(file) is not ("SoundJson.cs" or "RequestJson.cs"));

        foreach (var file in files)
        {
            File.ReadAllText(file).Contains("JsonDocument.Parse(", StringComparison.Ordinal).ShouldBeFalse(file);
        }
    }

    [Fact]
    public void No_source_file_is_longer_than_three_hundred_lines()
    {
        foreach (var file in Directory.GetFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories))
        {
            File.ReadLines(file).Count().ShouldBeLessThanOrEqualTo(300, file);
        }
    }

    private static List<string> Imports(string file) =>
        [.. Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
