using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Options;

/// <summary>The published schema and the documentation follow the table of settings.</summary>
public sealed partial class ConfigSchemaTests
{
    [Fact]
    public void The_embedded_schema_says_what_the_table_of_settings_says()
    {
        using var stream = typeof(Settings).Assembly.GetManifestResourceStream("config.schema.json").ShouldNotBeNull();
        using var reader = new StreamReader(stream);

        // Left beside the tests, to be taken over when the table has changed on purpose.
        var expected = Expected();
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "config.schema.expected.json"), expected);

        reader.ReadToEnd().ShouldBe(expected);
    }

    [Fact]
    public void The_documentation_names_every_setting_flag_and_variable()
    {
        var text = File.ReadAllText(Repository.File("docs/configuration.md"));

        foreach (var setting in Settings.All)
        {
            if (setting.InFile)
            {
                text.ShouldContain($"`{setting.Path}`");
            }

            if (setting.Flag is { } flag)
            {
                text.ShouldContain($"`{flag}`");
            }

            foreach (var variable in setting.Variables)
            {
                text.ShouldContain($"`{variable}`");
            }

            var row = text.Split('\n')
                .FirstOrDefault(line => line.StartsWith($"| `{setting.Path}` |", StringComparison.Ordinal));
            if (setting.InFile)
            {
                row.ShouldNotBeNull(setting.Path).Contains("restart").ShouldBe(setting.NeedsRestart, setting.Path);
            }
        }
    }

    [Fact]
    public void A_row_of_the_documentation_holds_what_its_setting_holds()
    {
        using var folder = new TempFolder();
        var defaults = OptionsLoader.Defaults(
            new OptionInputs
            {
                Flags = new Dictionary<string, string>(),
                Environment = _ => null,
                UserFolder = folder.Path,
                WorkingFolder = folder.Path,
            }
        );
        var rows = File.ReadLines(Repository.File("docs/configuration.md"))
            .SkipWhile(line => line != "## Settings")
            .TakeWhile(line => line != "## Other variables")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToList();

        rows.Select(row => row[1].Trim('`'))
            .ShouldBe(Settings.All.Where(one => one.InFile).Select(one => one.Path), true);
        foreach (var row in rows)
        {
            var setting = Settings.All.Single(one => one.Path == row[1].Trim('`'));
            Names(row[2]).ShouldBe(setting.Flag is { } flag ? [flag] : [], setting.Path);
            Names(row[3]).Where(name => !name.Contains('=')).ShouldBe(setting.Variables, setting.Path);
            // A default that is one plain value must be written; what follows from other things is told in words.
            if (setting.Shape.JsonType is "boolean" or "integer" && setting.Text(defaults) is { Length: > 0 } value)
            {
                row[4]
                    .Trim('`')
                    .ShouldBe(
                        value == "true" ? "on"
                            : value == "false" ? "off"
                            : value,
                        setting.Path
                    );
            }
            else if (setting.Text(defaults) is { Length: > 0 } text && setting.Path is not "upstream.userAgent")
            {
                row[4].Trim('`').TrimEnd('/').ShouldBe(text.Replace(folder.Path, "~").TrimEnd('/'), setting.Path);
            }

            foreach (var choice in setting.Shape.Choices)
            {
                row[5].ShouldContain($"`{choice}`", customMessage: setting.Path);
            }

            foreach (var bound in new[] { setting.Shape.Minimum, setting.Shape.Maximum })
            {
                if (bound is { } number)
                {
                    row[5].ShouldContain($"{number}", customMessage: setting.Path);
                }
            }
        }
    }

    [Fact]
    public void The_documentation_names_every_variable_that_the_sources_read_and_no_other()
    {
        var read = Directory
            .GetFiles(Repository.File("src/CodexProxy"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var text = File.ReadAllText(Repository.File("docs/configuration.md"));
        var told = Quoted().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();

        // The standard's own are in docs/observability.md; those of Claude Code are written for it or looked for by doctor.
        read.RemoveWhere(name => name.StartsWith("OTEL_", StringComparison.Ordinal));
        read.RemoveWhere(name => name.StartsWith("CLAUDE_CODE_", StringComparison.Ordinal) && !told.Contains(name));
        read.Except(told).Except(Others).ShouldBeEmpty("docs/configuration.md lacks these");
        // Node's own, for Claude Code.
        told.Except(read).Except(["NODE_EXTRA_CA_CERTS"]).ShouldBeEmpty("no source reads these");
    }

    // Of Claude Code's too, and words of this form that are no variables.
    private static readonly string[] Others =
    [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "ANTHROPIC_MODEL",
        "ANTHROPIC_UNIX_SOCKET",
        "NO_CONSTRAINT",
        "OPENAI_API_KEY",
        "REQUEST_ID",
    ];

    private static List<string> Names(string cell) => [.. cell.Split('`').Where((_, place) => place % 2 == 1)];

    [GeneratedRegex("\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\"")]
    private static partial Regex Variable();

    [GeneratedRegex("`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)(?:=\\w+)?`")]
    private static partial Regex Quoted();

    private static string Expected()
    {
        using var stream = new MemoryStream();
        using (
            var writer = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", "Settings of codex-proxy (config.json)");
            WriteGroup(writer, "");
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteGroup(Utf8JsonWriter writer, string prefix)
    {
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartObject("properties");
        if (prefix.Length == 0)
        {
            writer.WriteStartObject("$schema");
            writer.WriteString("type", "string");
            writer.WriteEndObject();
        }

        var inGroup = Settings
            .All.Where(s => s.InFile && s.Path.StartsWith(prefix, StringComparison.Ordinal))
            .ToArray();
        foreach (var part in inGroup.Select(s => s.Path[prefix.Length..].Split('.')[0]).Distinct())
        {
            writer.WriteStartObject(part);
            if (inGroup.FirstOrDefault(s => s.Path == prefix + part) is { } setting)
            {
                WriteSetting(writer, setting);
            }
            else
            {
                WriteGroup(writer, prefix + part + ".");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteSetting(Utf8JsonWriter writer, Setting setting)
    {
        var plain = setting.Shape.JsonType is "boolean" or "integer" || setting.Shape.Choices.Count > 0;
        writer.WriteString(
            "description",
            plain ? setting.Summary : $"{setting.Summary} Takes {setting.Shape.Expected}."
        );
        writer.WriteString("type", setting.Shape.JsonType);
        if (setting.Shape.Choices.Count > 0)
        {
            writer.WriteStartArray("enum");
            foreach (var choice in setting.Shape.Choices)
            {
                writer.WriteStringValue(choice);
            }

            writer.WriteEndArray();
        }

        if (setting.Shape.Minimum is { } minimum)
        {
            writer.WriteNumber("minimum", minimum);
        }

        if (setting.Shape.Maximum is { } maximum)
        {
            writer.WriteNumber("maximum", maximum);
        }

        if (setting.Shape.JsonType is "array" or "object")
        {
            writer.WriteStartObject(setting.Shape.JsonType == "array" ? "items" : "additionalProperties");
            writer.WriteString("type", setting.Shape.ItemType);
            writer.WriteEndObject();
        }
    }
}
