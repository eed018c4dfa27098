using System.Globalization;
using System.Text.Json;
using CodexProxy.Terminals;
using CodexProxy.Usage;

namespace CodexProxy.Commands;

/// <summary>Shows sums of the past: a table to people, tabs without a header to a pipe, CSV or JSON on demand.</summary>
internal sealed class UsageScreen(Terminal terminal)
{
    private static readonly string[] Numbers =
    [
        "requests",
        "failed",
        "input",
        "cached",
        "output",
        "reasoning",
        "toolCalls",
        "toolErrors",
        "firstMs",
        "totalMs",
    ];

    /// <summary>Shows the table.</summary>
    public void Show(UsageQuery query, UsageTable table)
    {
        if (!terminal.IsInteractive)
        {
            foreach (var row in table.Rows)
            {
                terminal.Line(string.Join('\t', [Name(row), .. Values(row.Sums)]));
            }

            return;
        }

        if (table.Rows.Count == 0)
        {
            terminal.Line("No request has ended in this time.");
            return;
        }

        var text = new TextTable(
            Word(query.By),
            "requests",
            "failed",
            "input",
            "cached",
            "output",
            "hit",
            "first",
            "total"
        );
        foreach (var row in table.Rows)
        {
            Add(text, Label(row), row.Sums);
        }

        if (table.Rows.Count > 1)
        {
            Add(text, "all", table.Total);
        }

        text.WriteTo(terminal);
    }

    /// <summary>Shows comma-separated values with a header.</summary>
    public void ShowCsv(UsageQuery query, UsageTable table)
    {
        terminal.Line(string.Join(',', [Word(query.By), .. Numbers]));
        foreach (var row in table.Rows)
        {
            terminal.Line(string.Join(',', [UsageExport.Field(row.Key), .. Values(row.Sums)]));
        }
    }

    /// <summary>Shows what <c>GET /api/usage</c> answers.</summary>
    public void ShowJson(UsageQuery query, UsageTable table) =>
        terminal.Line(
            JsonLine.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("by"u8, Word(query.By));
                WriteTime(writer, "since", query.Since);
                WriteTime(writer, "until", query.Until);
                writer.WriteString("zone"u8, query.Zone.Id);
                writer.WriteStartArray("rows"u8);
                foreach (var row in table.Rows)
                {
                    WriteRow(writer, row);
                }

                writer.WriteEndArray();
                writer.WriteStartObject("total"u8);
                WriteSums(writer, table.Total);
                writer.WriteEndObject();
                writer.WriteEndObject();
            })
        );

    private static void WriteRow(Utf8JsonWriter writer, UsageRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, row.Key);
        if (row.Label is { } label)
        {
            writer.WriteString("label"u8, label);
        }

        WriteSums(writer, row.Sums);
        if (row.Sums.FirstMsMean is { } first)
        {
            writer.WriteNumber("firstMsMean"u8, Math.Round(first));
        }

        writer.WriteNumber("totalMsMean"u8, Math.Round(row.Sums.TotalMsMean));
        writer.WriteEndObject();
    }

    private static void WriteSums(Utf8JsonWriter writer, UsageSums sums)
    {
        writer.WriteNumber("requests"u8, sums.Requests);
        writer.WriteNumber("failed"u8, sums.Failed);
        writer.WriteStartObject("tokens"u8);
        writer.WriteNumber("input"u8, sums.Tokens.Input);
        writer.WriteNumber("cached"u8, sums.Tokens.Cached);
        writer.WriteNumber("cacheWrite"u8, sums.Tokens.CacheWrite);
        writer.WriteNumber("output"u8, sums.Tokens.Output);
        writer.WriteNumber("reasoning"u8, sums.Tokens.Reasoning);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            writer.WriteString(name, known.ToUniversalTime());
        }
    }

    private static void Add(TextTable text, string name, UsageSums sums) =>
        text.Add(
            name,
            Count(sums.Requests),
            Count(sums.Failed),
            Count(sums.Tokens.Input),
            Count(sums.Tokens.Cached),
            Count(sums.Tokens.Output),
            sums.HitRatio is { } ratio
                ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ratio * 1000) / 10:0.0} %")
                : "-",
            sums.FirstMsMean is { } first ? Seconds(first) : "-",
            Seconds(sums.TotalMsMean)
        );

    private static string[] Values(UsageSums sums) =>
        [
            Plain(sums.Requests),
            Plain(sums.Failed),
            Plain(sums.Tokens.Input),
            Plain(sums.Tokens.Cached),
            Plain(sums.Tokens.Output),
            Plain(sums.Tokens.Reasoning),
            Plain(sums.ToolCalls),
            Plain(sums.ToolErrors),
            sums.FirstMsMean is { } first ? Plain((long)Math.Round(first)) : "",
            Plain((long)Math.Round(sums.TotalMsMean)),
        ];

    private static string Label(UsageRow row) => row.Label is { } label ? $"{Name(row)} ({label})" : Name(row);

    private static string Name(UsageRow row) => row.Key is { Length: > 0 } key ? key : "-";

    private static string Word(UsageKey key) => RecordWords<UsageKey>.Of(key);

    private static string Seconds(double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s");

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plain(long count) => count.ToString(CultureInfo.InvariantCulture);
}
