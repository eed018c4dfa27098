using System.Buffers;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Models;

/// <summary>One entry of the public model list.</summary>
/// <param name="Id">Name a client may ask for.</param>
/// <param name="Model">The model behind it.</param>
public readonly record struct ListedModel(string Id, CodexModel Model);

/// <summary>
/// The model list in both protocols' shapes. Every model comes twice: under its own name, and under one that contains
/// <c>claude</c>, because Claude Code's discovery keeps no other.
/// </summary>
public static class ModelListing
{
    /// <summary>Entries a page holds when the client does not say.</summary>
    public const int DefaultLimit = 20;

    private const string CreatedAt = "2026-01-01T00:00:00Z";
    private const long CreatedAtSeconds = 1_767_225_600;
    private const int MaxOutputTokens = 128_000;

    /// <summary>All entries in their stable order: upstream names, the same for discovery, then aliases.</summary>
    public static IReadOnlyList<ListedModel> Entries(ModelCatalogue catalogue, ModelRules rules)
    {
        var entries = new List<ListedModel>();
        entries.AddRange(catalogue.Listed.Select(model => new ListedModel(model.Slug, model)));
        entries.AddRange(catalogue.Listed.Select(model => new ListedModel("claude-codex-" + model.Slug, model)));
        foreach (var model in rules.Upstreams.SelectMany(upstream => upstream.Listed))
        {
            entries.Add(new ListedModel(model.Slug, model));
            entries.Add(new ListedModel("claude-codex-" + model.Slug, model));
        }

        foreach (var alias in rules.Aliases.Keys.Order(StringComparer.Ordinal))
        {
            if (ModelResolver.Resolve(alias, catalogue, rules) is { } resolved)
            {
                entries.Add(new ListedModel(alias, resolved.Model));
            }
        }

        return entries;
    }

    /// <summary>Writes one page in Anthropic's shape.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="entries">All entries.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="afterId">Only entries after this one.</param>
    /// <param name="beforeId">Only entries before this one; the page is then the last of them.</param>
    public static void WritePage(
        IBufferWriter<byte> output,
        IReadOnlyList<ListedModel> entries,
        int limit,
        string? afterId,
        string? beforeId
    )
    {
        var start = afterId is null ? 0 : IndexOf(entries, afterId) + 1;
        var end = beforeId is null ? entries.Count : IndexOf(entries, beforeId);
        end = end < 0 ? entries.Count : end;
        start = Math.Min(start, end);
        var count = Math.Min(limit, end - start);
        var from = beforeId is not null && afterId is null ? end - count : start;
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartArray("data"u8);
        for (var i = from; i < from + count; i++)
        {
            WriteModel(writer, entries[i]);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("has_more"u8, from + count < end || (beforeId is not null && from > start));
        writer.WriteString("first_id"u8, count == 0 ? null : entries[from].Id);
        writer.WriteString("last_id"u8, count == 0 ? null : entries[from + count - 1].Id);
        writer.WriteEndObject();
    }

    /// <summary>Writes one model in Anthropic's shape.</summary>
    public static void WriteOne(IBufferWriter<byte> output, ListedModel entry)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        WriteModel(writer, entry);
    }

    /// <summary>Writes the whole list in OpenAI's shape.</summary>
    public static void WriteOpenAIList(IBufferWriter<byte> output, IReadOnlyList<ListedModel> entries)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var entry in entries)
        {
            WriteOpenAIModel(writer, entry);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes one model in OpenAI's shape.</summary>
    public static void WriteOpenAIOne(IBufferWriter<byte> output, ListedModel entry)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        WriteOpenAIModel(writer, entry);
    }

    /// <summary>Writes OpenAI's words for a model that does not exist.</summary>
    public static void WriteOpenAINotFound(IBufferWriter<byte> output, string requested, IReadOnlyList<string> closest)
    {
        using var writer = new Utf8JsonWriter(output, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString(
            "message"u8,
            $"The model '{requested}' does not exist; the closest: {string.Join(", ", closest)}"
        );
        writer.WriteString("type"u8, "invalid_request_error"u8);
        writer.WriteString("param"u8, "model"u8);
        writer.WriteString("code"u8, "model_not_found"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static int IndexOf(IReadOnlyList<ListedModel> entries, string id)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteOpenAIModel(Utf8JsonWriter writer, ListedModel entry)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, entry.Id);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, CreatedAtSeconds);
        writer.WriteString("owned_by"u8, entry.Model.Upstream ?? "openai");
        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, ListedModel entry)
    {
        var model = entry.Model;
        writer.WriteStartObject();
        writer.WriteString("type"u8, "model"u8);
        writer.WriteString("id"u8, entry.Id);
        writer.WriteString("display_name"u8, model.DisplayName);
        writer.WriteString("created_at"u8, CreatedAt);
        writer.WriteNumber("max_input_tokens"u8, model.ContextWindow);
        writer.WriteNumber("max_tokens"u8, MaxOutputTokens);
        writer.WriteString("lifecycle"u8, "active"u8);
        writer.WriteNull("deprecated_at"u8);
        writer.WriteNull("retires_at"u8);
        writer.WriteNull("line"u8);
        writer.WriteNull("allowed_fallback_models"u8);
        WriteCapabilities(writer, model);
        writer.WriteEndObject();
    }

    private static void WriteCapabilities(Utf8JsonWriter writer, CodexModel model)
    {
        writer.WriteStartObject("capabilities"u8);
        Supported(writer, "batch", false);
        Supported(writer, "citations", false);
        Supported(writer, "code_execution", false);
        writer.WriteNull("compaction"u8);
        Group(
            writer,
            "context_management",
            ("clear_tool_uses_20250919", true),
            ("clear_thinking_20251015", true),
            ("compact_20260112", false)
        );
        Group(
            writer,
            "effort",
            ("low", true),
            ("medium", true),
            ("high", true),
            ("xhigh", model.Efforts.Contains("xhigh")),
            ("max", model.Efforts.Contains("max"))
        );
        Supported(writer, "image_input", model.Images);
        Supported(writer, "pdf_input", true);
        Group(writer, "server_tools", ("web_search", true), ("code_execution", false));
        Supported(writer, "structured_outputs", true);
        writer.WriteStartObject("thinking"u8);
        writer.WriteBoolean("supported"u8, true);
        writer.WriteStartObject("types"u8);
        Supported(writer, "adaptive", true);
        Supported(writer, "enabled", true);
        Supported(writer, "disabled", true);
        Supported(writer, "between_tools", false);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Group(
        Utf8JsonWriter writer,
        string name,
        params ReadOnlySpan<(string Name, bool Supported)> members
    )
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("supported"u8, true);
        foreach (var member in members)
        {
            Supported(writer, member.Name, member.Supported);
        }

        writer.WriteEndObject();
    }

    private static void Supported(Utf8JsonWriter writer, string name, bool supported)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("supported"u8, supported);
        writer.WriteEndObject();
    }
}
