using System.Text.Json;

namespace CodexProxy.Simulator.Models;

/// <summary>Writes one entry of the catalogue with the members a client may look at.</summary>
internal static class ModelInfo
{
    private static readonly string[] Plans =
    [
        .. "business edu edu_plus edu_pro education ent26 enterprise enterprise_cbp_automation".Split(' '),
        .. "enterprise_cbp_trial enterprise_cbp_usage_based finserv free free_workspace go hc k12 law plus".Split(' '),
        .. "pro prolite promax quorum sci self_serve_business_prolite self_serve_business_usage_based team".Split(' '),
    ];

    public static void Write(Utf8JsonWriter writer, CatalogueModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("slug"u8, model.Slug);
        writer.WriteString("display_name"u8, model.DisplayName);
        writer.WriteString("description"u8, $"Simulated {model.DisplayName}.");
        WriteReasoning(writer, model);
        WriteWindows(writer, model);
        WriteAbilities(writer, model);
        WriteOffer(writer, model);
        writer.WriteEndObject();
    }

    private static void WriteReasoning(Utf8JsonWriter writer, CatalogueModel model)
    {
        writer.WriteString("default_reasoning_level"u8, model.DefaultEffort);
        writer.WriteStartArray("supported_reasoning_levels"u8);
        foreach (var effort in model.ListedEfforts)
        {
            writer.WriteStartObject();
            writer.WriteString("effort"u8, effort);
            writer.WriteString("description"u8, $"Simulated {effort} effort.");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("default_reasoning_summary"u8, "none"u8);
        writer.WriteBoolean("supports_reasoning_summaries"u8, true);
        writer.WriteBoolean("supports_reasoning_summary_parameter"u8, true);
        writer.WriteBoolean(
            "supports_reasoning_effort_updates"u8,
            model.Slug.StartsWith("gpt-6", StringComparison.Ordinal)
        );
    }

    private static void WriteWindows(Utf8JsonWriter writer, CatalogueModel model)
    {
        writer.WriteNumber("context_window"u8, model.ContextWindow);
        writer.WriteNumber("max_context_window"u8, model.MaximumContextWindow);
        writer.WriteNull("auto_compact_token_limit"u8);
        writer.WriteStartObject("truncation_policy"u8);
        writer.WriteString("mode"u8, "tokens"u8);
        writer.WriteNumber("limit"u8, 10_000);
        writer.WriteEndObject();
        writer.WriteString("comp_hash"u8, model.UsesLiteShape ? "3000"u8 : "2911"u8);
    }

    private static void WriteAbilities(Utf8JsonWriter writer, CatalogueModel model)
    {
        WriteWords(writer, "input_modalities", ["text", "image"]);
        writer.WriteBoolean("supports_image_detail_original"u8, true);
        writer.WriteBoolean("support_verbosity"u8, true);
        writer.WriteString("default_verbosity"u8, model.DefaultVerbosity);
        writer.WriteBoolean("supports_parallel_tool_calls"u8, true);
        writer.WriteBoolean("use_responses_lite"u8, model.UsesLiteShape);
        writer.WriteString("tool_mode"u8, model.UsesLiteShape ? "code_mode_only" : null);
        writer.WriteBoolean("prefer_websockets"u8, true);
        writer.WriteString("shell_type"u8, "shell_command"u8);
        writer.WriteString("apply_patch_tool_type"u8, "freeform"u8);
        writer.WriteString("web_search_tool_type"u8, "text_and_image"u8);
        writer.WriteBoolean("supports_search_tool"u8, true);
        WriteWords(writer, "experimental_supported_tools", []);
        writer.WriteString("model_specialty"u8, model.Specialty);
    }

    private static void WriteOffer(Utf8JsonWriter writer, CatalogueModel model)
    {
        writer.WriteString("visibility"u8, model.IsVisible ? "list"u8 : "hide"u8);
        writer.WriteNumber("priority"u8, model.Priority);
        writer.WriteBoolean("supported_in_api"u8, true);
        writer.WriteString("minimal_client_version"u8, model.MinimalClientVersion);
        WriteWords(writer, "available_in_plans", Plans);
        writer.WriteStartArray("service_tiers"u8);
        if (model.HasPriorityTier)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, "priority"u8);
            writer.WriteString("name"u8, "Fast"u8);
            writer.WriteString("description"u8, "Simulated faster tier."u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("default_service_tier"u8, model.DefaultTier);
        WriteWords(writer, "additional_speed_tiers", model.HasPriorityTier ? ["fast"] : []);
        writer.WriteNull("availability_nux"u8);
        if (model.Upgrade is null)
        {
            writer.WriteNull("upgrade"u8);
            return;
        }

        writer.WriteStartObject("upgrade"u8);
        writer.WriteString("model"u8, model.Upgrade);
        writer.WriteString("migration_markdown"u8, $"Simulated advice to move to {model.Upgrade}.");
        writer.WriteNull("retirement_at"u8);
        writer.WriteEndObject();
    }

    private static void WriteWords(Utf8JsonWriter writer, string name, IEnumerable<string> words)
    {
        writer.WriteStartArray(name);
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
