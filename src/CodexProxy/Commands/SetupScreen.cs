using System.Text.Json;
using CodexProxy.Clients;
using CodexProxy.Options;
using CodexProxy.Terminals;

namespace CodexProxy.Commands;

/// <summary>What <c>setup</c> shows, to a person or as one JSON object.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="asJson">Whether as JSON.</param>
/// <param name="path">The settings file as shown to people.</param>
internal sealed class SetupScreen(Terminal terminal, bool asJson, string path)
{
    /// <summary>Shows what would change.</summary>
    public void Diff(byte[]? before, byte[]? after)
    {
        if (asJson)
        {
            return;
        }

        terminal.Heading($"--- {(before is null ? "/dev/null" : path)}");
        terminal.Heading($"+++ {(after is null ? "/dev/null" : path)}");
        foreach (var line in SettingsDiff.Of(before, after))
        {
            terminal.Line(
                line[0] switch
                {
                    '+' => terminal.Good(line),
                    '-' => terminal.Bad(line),
                    '@' => terminal.Dim(line),
                    _ => line,
                }
            );
        }
    }

    /// <summary>Tells what was done.</summary>
    /// <param name="changed">Whether anything was written.</param>
    /// <param name="sentences">What a person is told; programs get them as <c>messages</c>.</param>
    /// <param name="backup">The backup made, as shown to people; null when there is none.</param>
    public void Done(bool changed, IReadOnlyList<string> sentences, string? backup = null)
    {
        if (!asJson)
        {
            foreach (var sentence in sentences)
            {
                terminal.Sentence(sentence);
            }

            return;
        }

        terminal.Line(
            JsonLine.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("path"u8, path);
                writer.WriteBoolean("changed"u8, changed);
                writer.WriteString("backup"u8, backup);
                writer.WriteStartArray("messages"u8);
                foreach (var sentence in sentences)
                {
                    writer.WriteStringValue(sentence);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            })
        );
    }

    /// <summary>Tells how each setting stands.</summary>
    public void Status(IReadOnlyList<SettingStanding> standings, string? refusal)
    {
        if (asJson)
        {
            terminal.Line(JsonLine.Of(writer => Write(writer, standings, refusal)));
            return;
        }

        terminal.Heading(path);
        var width = standings.Max(standing => standing.Name.Length);
        foreach (var standing in standings)
        {
            terminal.Line($"{standing.Name.PadRight(width)}  {Words(standing.State)}");
        }

        terminal.Line(
            standings.All(standing => standing.State is SettingState.Set or SettingState.Foreign)
                ? "Claude Code is set up for this gateway."
                : $"`{ProductInfo.Name} setup` writes what is missing."
        );
        if (refusal is not null)
        {
            terminal.Sentence(terminal.Bad(refusal));
        }
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<SettingStanding> standings, string? refusal)
    {
        writer.WriteStartObject();
        writer.WriteString("path"u8, path);
        writer.WriteString("refused_by_client"u8, refusal);
        writer.WriteStartArray("settings"u8);
        foreach (var standing in standings)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, standing.Name);
            writer.WriteString("state"u8, standing.State.ToString().ToLowerInvariant());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private string Words(SettingState state) =>
        state switch
        {
            SettingState.Set => terminal.Good("set"),
            SettingState.Missing => terminal.Bad("missing"),
            SettingState.Differs => terminal.Bad("has another value"),
            SettingState.Rival => terminal.Bad("should not be there: it leads elsewhere"),
            SettingState.Foreign => "somebody else's, left alone",
            _ => throw new InvalidOperationException($"Unknown state {state}."),
        };
}
