using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Options;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Records;

/// <summary>
/// Writes a request as a bundle for somebody who looks into a fault: what was sent and what came, in shapes, sizes, hashes and
/// times. Nothing in it was said by a person or a model.
/// </summary>
/// <param name="printer">Hashes names.</param>
internal sealed partial class BundleWriter(RequestPrinter printer)
{
    /// <summary>The form that is written and read.</summary>
    public const string Format = "codex-proxy-bundle/1";

    private const string About =
        "Texts are filler of the same length, names and ids are hashes that hold within one run of the program.";

    /// <summary>Writes one request.</summary>
    public void Write(Utf8JsonWriter writer, RequestRecord record, RequestDetails details, ProxyOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("format"u8, Format);
        writer.WriteString("about"u8, About);
        WriteProgram(writer, details.Facts);
        WriteSettings(writer, options);
        WriteRequest(writer, record, details);
        writer.WriteStartArray("attempts"u8);
        for (var i = 0; i < record.Attempts.Count; i++)
        {
            WriteAttempt(writer, record.Attempts[i], details.Attempts[i]);
        }

        writer.WriteEndArray();
        WriteOutcome(writer, record, details.Facts);
        writer.WriteEndObject();
    }

    private static void WriteProgram(Utf8JsonWriter writer, TurnFacts facts)
    {
        writer.WriteStartObject("program"u8);
        writer.WriteString("version"u8, ProductInfo.Version);
        writer.WriteString("runtime"u8, RuntimeInformation.FrameworkDescription);
        writer.WriteString("system"u8, RuntimeInformation.RuntimeIdentifier);
        writer.WriteString("client"u8, facts.Client);
        writer.WriteEndObject();
    }

    // Only values from a closed set, and numbers: everything else a person may have written.
    private static void WriteSettings(Utf8JsonWriter writer, ProxyOptions options)
    {
        writer.WriteStartObject("settings"u8);
        foreach (var setting in Settings.All)
        {
            var source = options.SourceOf(setting.Path);
            writer.WriteString(
                setting.Path,
                setting.Shown(options) ?? (source == OptionSource.Default ? "(default)" : "(set)")
            );
        }

        writer.WriteEndObject();
    }

    private void WriteRequest(Utf8JsonWriter writer, RequestRecord record, RequestDetails details)
    {
        var facts = details.Facts;
        writer.WriteStartObject("request"u8);
        writer.WriteString("id"u8, record.RequestId);
        writer.WriteString("at"u8, record.At);
        writer.WriteBoolean("streamed"u8, record.Streamed);
        writer.WriteString("session"u8, record.Session is { } session ? Hashed(session) : null);
        writer.WriteString("agent"u8, record.Agent is { } agent ? Hashed(agent) : null);
        writer.WriteString("requested_model"u8, Model(record.RequestedModel));
        writer.WriteBoolean("claude_code"u8, facts.IsClaudeCode);
        writer.WriteBoolean("thinking"u8, facts.ThinkingRequested);
        WriteNumber(writer, "max_tokens", facts.MaxTokens);
        writer.WriteNumber("stop_sequences"u8, facts.StopSequences);
        writer.WriteBoolean("prefill"u8, facts.HasPrefill);
        if (details.Print is { } print)
        {
            writer.WriteStartObject("hashes"u8);
            writer.WriteString("instructions"u8, print.Hashes.Instructions);
            writer.WriteString("tools"u8, print.Hashes.Tools);
            writer.WriteString("input"u8, print.Hashes.Input);
            writer.WriteNumber("bytes"u8, print.Bytes);
            writer.WriteEndObject();
            writer.WritePropertyName("body"u8);
            WriteBody(writer, print);
            WriteItems(writer, print);
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, RequestPrint print)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, Model(print.Model));
        if (print.InstructionsLength >= 0)
        {
            writer.WriteString("instructions"u8, Filler.Text(print.InstructionsLength));
        }

        WriteAll(writer, "input", print.Items);
        if (print.Tools is { } tools)
        {
            WriteAll(writer, "tools", tools);
        }

        writer.WriteString("tool_choice"u8, print.ToolChoice);
        writer.WriteString(
            "chosen_tool"u8,
            print.ChosenTool is { } chosen ? Filler.Name(RequestPrint.Hex(chosen)) : null
        );
        writer.WriteBoolean("parallel_tool_calls"u8, print.Parallel);
        writer.WriteString("effort"u8, print.Effort);
        writer.WriteString("summary"u8, print.Summary);
        writer.WriteString("verbosity"u8, print.Verbosity);
        writer.WriteBoolean("has_format"u8, print.HasFormat);
        writer.WriteString("include"u8, print.Include);
        writer.WriteString("service_tier"u8, print.Tier);
        writer.WriteString("prompt_cache_key"u8, Filler.Name(RequestPrint.Hex(print.CacheKey)));
        writer.WriteEndObject();
    }

    // Hash and size of each item, beside the body that has its shape.
    private static void WriteItems(Utf8JsonWriter writer, RequestPrint print)
    {
        writer.WriteNumber("item_count"u8, print.ItemCount);
        writer.WriteStartArray("items"u8);
        foreach (var item in print.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, item.Kind);
            writer.WriteNumber("size"u8, item.Size);
            writer.WriteString("hash"u8, RequestPrint.Hex(item.Hash));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAll(Utf8JsonWriter writer, string name, ItemPrint[] prints)
    {
        writer.WriteStartArray(name);
        foreach (var print in prints)
        {
            if (print.Shape is { } shape)
            {
                Filler.Expand(shape, writer);
            }
            else if (name == "input")
            {
                WriteShapeless(writer, print.Size);
            }
        }

        writer.WriteEndArray();
    }

    // An item whose shape was too large to keep becomes one text of its size.
    private static void WriteShapeless(Utf8JsonWriter writer, int size)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "message");
        writer.WriteString("role"u8, "user");
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "input_text");
        writer.WriteString("text"u8, Filler.Text(size));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteOutcome(Utf8JsonWriter writer, RequestRecord record, TurnFacts facts)
    {
        writer.WriteStartObject("outcome"u8);
        writer.WriteString("ending"u8, record.Ending.ToString());
        writer.WriteNumber("status"u8, record.Status);
        writer.WriteString("failure"u8, record.Failure);
        writer.WriteBoolean("cut_here"u8, facts.CutHere);
        WriteNumber(writer, "first_byte_ms", (long?)record.FirstByte?.TotalMilliseconds);
        writer.WriteNumber("total_ms"u8, (long)record.Total.TotalMilliseconds);
        writer.WriteString("served_model"u8, record.ServedModel is { } model ? Model(model) : null);
        WriteTokens(writer, record.Tokens);
        writer.WriteStartArray("losses"u8);
        foreach (var loss in record.Losses)
        {
            writer.WriteStringValue($"{loss.Path}={LossLine.Word(loss.Kind)}");
        }

        writer.WriteEndArray();
        if (record.Cache is { } cache)
        {
            writer.WriteString("cache"u8, cache.Outcome.ToString());
            writer.WriteString("cache_miss"u8, cache.Reason);
        }

        writer.WriteEndObject();
    }

    private string Hashed(string text) => RequestPrint.Hex(printer.Hash(text));

    // A client may send anything as a model's name.
    private static string Model(string name) => ModelWord().IsMatch(name) ? name : LossPath.Hidden;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._:/-]{0,40}(\[[a-z0-9]{1,6}\])?\z")]
    private static partial Regex ModelWord();
}
