using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Options;

/// <summary>The published schema and the documentation follow the table of settings.</summary>
public sealed class ConfigSchemaTests
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
