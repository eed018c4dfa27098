using System.Globalization;
using System.Text.Json;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>What the upstream did.</summary>
internal sealed partial class BundleWriter
{
    private static void WriteAttempt(Utf8JsonWriter writer, AttemptRecord record, AttemptDetails details)
    {
        writer.WriteStartObject();
        writer.WriteNumber("started_ms"u8, (long)record.Started.TotalMilliseconds);
        writer.WriteNumber("total_ms"u8, (long)record.Total.TotalMilliseconds);
        writer.WriteNumber("account"u8, record.Account);
        writer.WriteStartArray("forms"u8);
        foreach (var form in record.Forms)
        {
            writer.WriteStringValue(form);
        }

        writer.WriteEndArray();
        if (record.Failure is { } failure)
        {
            writer.WriteStartObject("failure"u8);
            writer.WriteString("kind"u8, failure.Kind);
            WriteNumber(writer, "status", failure.Status);
            writer.WriteString("code"u8, failure.Code);
            writer.WriteString("repair"u8, failure.Repair);
            writer.WriteNumber("retry_delay_ms"u8, (long)failure.RetryDelay.TotalMilliseconds);
            writer.WriteEndObject();
        }

        WriteTerminal(writer, details.Terminal);
        writer.WriteStartObject("calls"u8);
        foreach (var (item, name) in details.CallNames)
        {
            writer.WriteString(item.ToString(CultureInfo.InvariantCulture), Filler.Name(RequestPrint.Hex(name)));
        }

        writer.WriteEndObject();
        writer.WriteNumber("event_count"u8, details.EventCount);
        writer.WriteString("event_members"u8, "type, subject, item, part, length, size, ms");
        writer.WriteStartArray("events"u8);
        foreach (var print in details.Events)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(EventTypeNames.Name(print.Type));
            writer.WriteStringValue(print.Subject.ToString());
            writer.WriteNumberValue(print.Item);
            writer.WriteNumberValue(print.Part);
            writer.WriteNumberValue(print.Length);
            writer.WriteNumberValue(print.Size);
            writer.WriteNumberValue(print.At);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTerminal(Utf8JsonWriter writer, TerminalFacts? terminal)
    {
        if (terminal is null)
        {
            return;
        }

        writer.WriteStartObject("terminal"u8);
        writer.WriteString("model"u8, terminal.Model is { } model ? Model(model) : null);
        writer.WriteString("service_tier"u8, terminal.Tier is { } tier ? LossPath.Clean(tier) : null);
        writer.WriteString(
            "incomplete_reason"u8,
            terminal.IncompleteReason is { } reason ? LossPath.Clean(reason) : null
        );
        if (terminal.EndTurn is { } end)
        {
            writer.WriteBoolean("end_turn"u8, end);
        }

        WriteTokens(writer, terminal.Tokens);
        writer.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter writer, TokenCounts? tokens)
    {
        if (tokens is null)
        {
            return;
        }

        writer.WriteStartObject("tokens"u8);
        writer.WriteNumber("input"u8, tokens.Input);
        writer.WriteNumber("cached"u8, tokens.Cached);
        writer.WriteNumber("cache_write"u8, tokens.CacheWrite);
        writer.WriteNumber("output"u8, tokens.Output);
        writer.WriteNumber("reasoning"u8, tokens.Reasoning);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }
}
