using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Responses;

/// <summary>What is known beside a request of this protocol.</summary>
/// <param name="SessionId">The session, where a header names it.</param>
/// <param name="FindResponse">An earlier exchange, by the id of its response; null when it is not known any more.</param>
/// <param name="FindItem">An earlier item by its id; null when it is not known any more.</param>
/// <param name="Compacts">Whether the conversation is to be sealed into one item instead of being answered.</param>
public sealed record ResponsesFacts(
    string? SessionId,
    Func<string, KeptResponse?> FindResponse,
    Func<string, KeptItem?> FindItem,
    bool Compacts = false
);

/// <summary>A translated request of this protocol.</summary>
/// <param name="Request">What is sent upstream, and what the way back needs.</param>
/// <param name="Input">The conversation with the client's own ids.</param>
public sealed record TranslatedCall(TranslatedRequest Request, IReadOnlyList<KeptItem> Input);

/// <summary>
/// Responses → Responses, a pure function: an allow-list of members, those the backend insists on, and what it refuses left
/// out. The same history gives the same bytes.
/// </summary>
public static class ResponsesCallTranslator
{
    private const int LongestKey = 64;

    /// <summary>Translates one request.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public static TranslatedCall Translate(ResponsesCall call, ResponsesFacts facts, TranslationSettings settings)
    {
        var losses = new LossList();
        foreach (var member in call.Dropped)
        {
            losses.Add(member, LossKind.Dropped);
        }

        var root = call.Root;
        var model = settings.Model.Model;
        var input = ReadInput(call, facts, losses);
        var items = input.Select(kept => kept.Item).ToList();
        if (facts.Compacts && items.LastOrDefault() is not OpaqueItem { Type: OpaqueItem.CompactionTrigger })
        {
            items.Add(new OpaqueItem { Members = { ["type"] = OpenAIJson.ToElement(OpaqueItem.CompactionTrigger) } });
        }

        var instructions = root.Text("instructions");
        var tools = ReadTools(root, losses);
        // The shape of the vendor's own client for lite models: tools and instructions stand in the input.
        var lite =
            items is [OpaqueItem { Type: "additional_tools" }, ..] && tools.Count == 0 && instructions is null or "";
        var session = SessionKeys.SessionId(call.PromptCacheKey ?? facts.SessionId, userId: null);
        var cacheKey =
            call.PromptCacheKey is { Length: <= LongestKey } given ? given
            : items.Count > 0 ? SessionKeys.CacheKey(session, null, instructions ?? "", items)
            : session ?? SessionKeys.Anonymous;
        if (call.Store)
        {
            losses.Add("store", LossKind.Emulated);
        }

        var body = new ResponsesRequest
        {
            Model = model.Slug,
            Instructions = lite ? null : instructions ?? "",
            Input = items,
            Tools = lite ? null : tools,
            ToolChoice = ToolReader.ReadChoice(root.Member("tool_choice")),
            ParallelToolCalls = root.Truth("parallel_tool_calls") ?? !lite,
            Reasoning = ReadReasoning(root.Object("reasoning"), settings, losses),
            Include = ReadInclude(root),
            PromptCacheKey = cacheKey,
            Text = ReadText(root.Object("text"), settings),
            ServiceTier = ReadTier(root.Text("service_tier"), settings, losses),
            ClientMetadata = root.Object("client_metadata")?.Value,
        };
        return new TranslatedCall(
            new TranslatedRequest(
                body,
                new TranslationContext
                {
                    RequestedModel = call.Model,
                    Model = model,
                    Stream = call.Stream,
                    SessionId = session,
                    CacheKey = cacheKey,
                    Losses = losses.ToList(),
                }
            ),
            input
        );
    }

    private static List<ResponsesTool> ReadTools(in RequestField root, LossList losses)
    {
        var tools = new List<ResponsesTool>();
        var names = new HashSet<string>();
        foreach (var field in root.List("tools"))
        {
            tools.Add(ToolReader.ReadTool(field, losses));
            if (tools[^1] is FunctionTool or CustomTool && !names.Add(field.NeedText("name")))
            {
                throw field.Need("name").Wrong("is the name of another tool");
            }
        }

        return tools;
    }

    private static List<KeptItem> ReadInput(ResponsesCall call, ResponsesFacts facts, LossList losses)
    {
        var items = new List<KeptItem>();
        if (call.PreviousResponseId is { } previous)
        {
            var kept =
                facts.FindResponse(previous)
                ?? throw new RequestRejectedException(
                    "previous_response_id",
                    $"Previous response with id '{Excerpt.Quote(previous)}' not found.",
                    "previous_response_not_found"
                );
            items.AddRange(kept.Input);
            items.AddRange(kept.Output);
            losses.Add("previous_response_id", LossKind.Emulated);
        }

        var input = call.Root.Member("input");
        if (input is { IsText: true } text)
        {
            items.Add(new KeptItem(null, new MessageItem("user", [new InputText(text.AsText())])));
        }
        else if (input is { } list)
        {
            foreach (var item in list.Elements())
            {
                Read(item.AsObject(), facts, items, losses);
            }
        }

        return items.Count > 0 || !call.Generates
            ? items
            : throw new RequestRejectedException("input", input is null ? "is required" : "must not be empty");
    }

    private static void Read(in RequestField item, ResponsesFacts facts, List<KeptItem> items, LossList losses)
    {
        var id = item.Text("id");
        if (item.Text("type") == "item_reference" || (id is not null && HasOnlyId(item.Value)))
        {
            items.Add(
                facts.FindItem(item.NeedText("id"))
                    ?? throw new RequestRejectedException(
                        $"{item.Path}.id",
                        $"Item with id '{Excerpt.Quote(id ?? "")}' not found.",
                        status: 404
                    )
            );
        }
        else if (ItemReader.Read(item) is { } read)
        {
            items.Add(new KeptItem(id, read));
        }
        else
        {
            losses.Add($"input[].{item.Text("type")}", LossKind.Dropped);
        }
    }

    // A reference may leave its type out.
    private static bool HasOnlyId(JsonElement item) => OpaqueReader.HasOnly(item, "id");

    private static ReasoningSettings ReadReasoning(RequestField? field, TranslationSettings settings, LossList losses)
    {
        var model = settings.Model.Model;
        var asked = field?.Text("effort");
        var wanted = settings.Model.Effort ?? asked ?? settings.DefaultEffort ?? model.DefaultEffort;
        var effort = wanted is null || model.IsUnknown ? null : EffortSelection.Clamp(wanted, model);
        if (asked is not null && asked != effort)
        {
            losses.Add("reasoning.effort", effort is null ? LossKind.Dropped : LossKind.Approximated);
        }

        foreach (var member in field?.Value.EnumerateObject().Select(member => member.Name) ?? [])
        {
            if (member is not ("effort" or "summary" or "generate_summary" or "context"))
            {
                losses.Add($"reasoning.{member}", LossKind.Dropped);
            }
        }

        return new ReasoningSettings(
            effort,
            field?.Text("summary") ?? field?.Text("generate_summary") ?? (model.IsUnknown ? "auto" : null),
            field?.Text("context")
        );
    }

    private static List<string> ReadInclude(in RequestField root)
    {
        var include = root.List("include").Select(name => name.AsText()).ToList();
        if (!include.Contains(ResponsesRequest.IncludeEncryptedReasoning))
        {
            include.Add(ResponsesRequest.IncludeEncryptedReasoning);
        }

        return include;
    }

    private static TextSettings? ReadText(RequestField? field, TranslationSettings settings)
    {
        var format = ToolReader.ReadFormat(field?.Object("format"));
        var verbosity = field?.Text("verbosity") ?? settings.Verbosity;
        return format is null && verbosity is null ? null : new TextSettings(format, verbosity);
    }

    private static string? ReadTier(string? asked, TranslationSettings settings, LossList losses)
    {
        var priority = settings.Model.Model.PriorityTier && (asked == "priority" || settings.Model.Fast);
        if (!priority && asked is not (null or "auto" or "default"))
        {
            losses.Add("service_tier", LossKind.Dropped);
        }

        return priority ? "priority" : null;
    }
}
