using System.Text.Json;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Streaming;

/// <summary>Writes the <c>response</c> member of the events that open and end a stream.</summary>
internal static class ResponseObject
{
    public static void Opening(Utf8JsonWriter writer, TurnScene scene) =>
        Write(writer, scene, new ResponseState("in_progress"));

    public static void Ended(Utf8JsonWriter writer, TurnScene scene, TurnPlan plan)
    {
        var usage = plan.OmitsUsage ? null : plan.ForcedUsage ?? Estimate(scene);
        var state = plan.Ending switch
        {
            TurnEnding.Completed completed => new ResponseState("completed")
            {
                Usage = usage,
                EndTurn = completed.EndTurn,
            },
            TurnEnding.Incomplete incomplete => new ResponseState("incomplete")
            {
                Usage = usage,
                IncompleteReason = incomplete.Reason,
            },
            TurnEnding.Failed failed => new ResponseState("failed") { Failure = failed },
            _ => throw new InvalidOperationException("Only three endings carry a response."),
        };
        Write(writer, scene, state);
    }

    private static PlannedUsage Estimate(TurnScene scene) =>
        new(scene.Input.InputTokens, scene.Input.CachedTokens, scene.OutputTokens, scene.ReasoningTokens, null);

    private static void Write(Utf8JsonWriter writer, TurnScene scene, ResponseState state)
    {
        var body = scene.Request.Body;
        writer.WriteStartObject("response"u8);
        writer.WriteString("id"u8, scene.ResponseId);
        writer.WriteString("object"u8, "response"u8);
        writer.WriteNumber("created_at"u8, scene.CreatedAt);
        writer.WriteString("status"u8, state.Status);
        writer.WriteBoolean("background"u8, false);
        WriteFaults(writer, state);
        // The real service echoes the whole prompt here; repeating it would only cost bytes.
        writer.WriteString("instructions"u8, ""u8);
        writer.WriteNull("max_output_tokens"u8);
        writer.WriteString("model"u8, scene.Request.Model);
        writer.WriteStartArray("output"u8);
        if (state.Status == "completed" && scene.Options.FillCompletedOutput)
        {
            foreach (var item in scene.Output)
            {
                item(writer);
            }
        }

        writer.WriteEndArray();
        writer.WriteBoolean("parallel_tool_calls"u8, scene.Request.Conversation.AllowsParallelCalls);
        writer.WriteNull("previous_response_id"u8);
        writer.WriteString("prompt_cache_key"u8, scene.Request.CacheKey);
        writer.WriteStartObject("reasoning"u8);
        writer.WriteString("effort"u8, scene.Request.Conversation.Effort);
        writer.WriteString("summary"u8, scene.Request.Conversation.Summary);
        writer.WriteEndObject();
        writer.WriteString("service_tier"u8, body.TryGetProperty("service_tier", out _) ? "priority"u8 : "auto"u8);
        writer.WriteBoolean("store"u8, false);
        writer.WriteNumber("temperature"u8, 1);
        WriteText(writer, body);
        writer.WriteString("tool_choice"u8, "auto"u8);
        writer.WriteStartArray("tools"u8);
        writer.WriteEndArray();
        writer.WriteNumber("top_p"u8, 1);
        writer.WriteString("truncation"u8, "disabled"u8);
        WriteUsage(writer, state.Usage);
        writer.WriteNull("user"u8);
        writer.WriteStartObject("metadata"u8);
        writer.WriteEndObject();
        if (state.Status == "completed")
        {
            writer.WriteNumber("completed_at"u8, scene.Options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        }

        if (state.EndTurn is { } endTurn)
        {
            writer.WriteBoolean("end_turn"u8, endTurn);
        }

        writer.WriteEndObject();
    }

    private static void WriteFaults(Utf8JsonWriter writer, ResponseState state)
    {
        if (state.Failure is { } failure)
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, failure.Code);
            writer.WriteString("message"u8, failure.Message);
            failure.More?.Invoke(writer);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("error"u8);
        }

        if (state.IncompleteReason is null)
        {
            writer.WriteNull("incomplete_details"u8);
            return;
        }

        writer.WriteStartObject("incomplete_details"u8);
        writer.WriteString("reason"u8, state.IncompleteReason);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, JsonElement body)
    {
        var hasText = body.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.Object;
        writer.WriteStartObject("text"u8);
        writer.WriteStartObject("format"u8);
        var isJson = hasText && text.TryGetProperty("format", out _);
        writer.WriteString("type"u8, isJson ? "json_schema"u8 : "text"u8);
        writer.WriteEndObject();
        writer.WriteString(
            "verbosity"u8,
            hasText && text.TryGetProperty("verbosity", out var level) ? level.GetString() : "low"
        );
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, PlannedUsage? usage)
    {
        if (usage is null)
        {
            writer.WriteNull("usage"u8);
            return;
        }

        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("input_tokens"u8, usage.Input);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.Cached);
        if (usage.CacheWrite is { } cacheWrite)
        {
            writer.WriteNumber("cache_write_tokens"u8, cacheWrite);
        }

        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, usage.Output);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, usage.Input + usage.Output);
        writer.WriteEndObject();
    }

    private sealed record ResponseState(string Status)
    {
        public PlannedUsage? Usage { get; init; }

        public bool? EndTurn { get; init; }

        public string? IncompleteReason { get; init; }

        public TurnEnding.Failed? Failure { get; init; }
    }
}
