using System.Text.RegularExpressions;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests;

/// <summary>Who may import whom. The compiler guards the projects; this guards the folders.</summary>
public sealed partial class ArchitectureTests
{
    // Folder → namespaces it must not name.
    private static readonly Dictionary<string, string[]> Forbidden = new()
    {
        // The wire models of the two sides never see each other, nor what is built on them.
        ["CodexProxy.Protocol/Json"] =
        [
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
            "Protocol.Failures",
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
            "Protocol.Anthropic",
            "Protocol.Translation",
            "Protocol.Failures",
            "Protocol.Tokens",
        ],
        ["CodexProxy.Protocol/Models"] = ["Protocol.Anthropic", "Protocol.OpenAI", "Protocol.Translation"],
        ["CodexProxy.Protocol/Quota"] = ["Protocol.Anthropic", "Protocol.OpenAI", "Protocol.Translation"],
        ["CodexProxy.Protocol/Tokens"] = ["Protocol.Anthropic", "Protocol.Translation"],
        // The door speaks the client's protocol only; the client of the backend speaks the backend's only.
        ["CodexProxy/Endpoints"] = ["Protocol.OpenAI", "Protocol.Failures"],
        ["CodexProxy/Codex"] = ["Protocol.Anthropic", "CodexProxy.Relay", "CodexProxy.Endpoints"],
        ["CodexProxy/Credentials"] =
        [
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
            "CodexProxy.Codex",
            "CodexProxy.Relay",
            "CodexProxy.Endpoints",
        ],
        ["CodexProxy/Options"] =
        [
            "Protocol.Anthropic",
            "Protocol.OpenAI",
            "Protocol.Translation",
            "CodexProxy.Codex",
            "CodexProxy.Relay",
            "CodexProxy.Endpoints",
            "CodexProxy.Credentials",
        ],
        ["CodexProxy/Documents"] = ["CodexProxy.Codex", "CodexProxy.Relay", "CodexProxy.Endpoints"],
        ["CodexProxy/Storage"] =
        [
            "CodexProxy.Codex",
            "CodexProxy.Relay",
            "CodexProxy.Endpoints",
            "CodexProxy.Protocol.",
        ],
        // The judge knows nothing of what it judges.
        ["CodexProxy.Simulator"] =
        [
            "CodexProxy.Protocol",
            "CodexProxy.Relay",
            "CodexProxy.Codex",
            "CodexProxy.Endpoints",
        ],
    };

    public static TheoryData<string> Folders => [.. Forbidden.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_imports_only_what_it_may(string folder)
    {
        var files = Directory.GetFiles(Repository.File($"src/{folder}"), "*.cs", SearchOption.AllDirectories);

        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            var imports = Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).ToList();
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
    public void No_source_file_is_longer_than_three_hundred_lines()
    {
        foreach (var file in Directory.GetFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories))
        {
            File.ReadLines(file).Count().ShouldBeLessThanOrEqualTo(300, file);
        }
    }

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
