using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>
/// Chat Completions → Responses, a pure function: the same history gives the same bytes, because the upstream's prompt cache
/// is paid for by byte-identical prefixes.
/// </summary>
public static class ChatRequestTranslator
{
    private const int MaxSessionLength = 55;
    private const string AnswerInJson = "Answer with one JSON object.";

    /// <summary>Translates one request.</summary>
    /// <exception cref="RequestRejectedException">It cannot be served; carries the client's error.</exception>
    public static TranslatedRequest Translate(ChatRequest request, RequestFacts facts, TranslationSettings settings)
    {
        var losses = new LossList();
        Note(request, losses);
        var model = settings.Model.Model;
        var tools = ChatTools.Translate(request, losses);
        var history = new ChatHistory(losses);
        var instructions = string.Join("\n\n", history.Instructions(request.Messages));
        var agentId = facts.AgentId is { Length: > 0 } agent ? agent : null;
        var sessionId = Cut(request.PromptCacheKey) ?? SessionKeys.SessionId(facts.SessionId, userId: null);
        var turns = history.Turns(request.Messages);
        var conversation = SessionKeys.Conversation(
            sessionId,
            agentId,
            model,
            instructions,
            turns,
            isShared: request.PromptCacheKey is not null
        );
        string? prefill = null;
        var input =
            turns.Count == 0
                ? null
                : new InputTranslator(turns, tools, model, settings, losses, conversation).Translate(out prefill);
        if (input is not { Items.Count: > 0 })
        {
            // Nothing but instructions is a question too; the backend wants one in the input.
            input =
                instructions.Length > 0
                    ? new TranslatedInput(
                        [new MessageItem("developer", [new InputText(instructions)])],
                        new HashSet<string>()
                    )
                    : throw new RequestRejectedException("messages", "at least one message with content is required");
            instructions = "";
        }

        if (request.ResponseFormat is { Schema: null } && model.Upstream is null && !SpeaksOfJson(input.Items[0]))
        {
            input = input with
            {
                Items = [new MessageItem("developer", [new InputText(AnswerInJson)]), .. input.Items],
            };
        }

        var cacheKey = SessionKeys.CacheKey(sessionId, agentId, instructions, input.Items);
        var body = new ResponsesRequest
        {
            Model = model.Slug,
            Instructions = instructions,
            Input = input.Items,
            Tools = tools.Sent,
            ToolChoice = ChatTools.Choose(request.ToolChoice, tools),
            ParallelToolCalls = request is { ParallelToolCalls: true, UsesFunctions: false },
            Reasoning = new ReasoningSettings(Effort(request, settings, losses), "auto"),
            Include = ResponsesRequest.IncludeFor(tools.HasHostedSearch),
            PromptCacheKey = cacheKey,
            Text = TextSettings(request, settings, losses),
            ServiceTier = ServiceTier(request, settings, losses),
        };
        var context = new TranslationContext
        {
            RequestedModel = request.Model,
            Model = model,
            Stream = request.Stream,
            SessionId = sessionId,
            Conversation = conversation,
            AgentId = agentId,
            CacheKey = cacheKey,
            // Reasoning always has a place of its own in the answer, where clients that do not know it look past it.
            ThinkingRequested = true,
            HasCustomCalls = true,
            LegacyFunctions = request.UsesFunctions,
            // A whole answer always says what it used.
            IncludeUsage = request.IncludeUsage || !request.Stream,
            StopSequences = request.Stop,
            MaxTokens = request.MaxTokens,
            ToolNames = tools.WayBack,
            UsedToolUseIds = input.ToolUseIds,
            Prefill = prefill,
            ScrubbedArguments = tools.ScrubbedArguments,
            Losses = losses.ToList(),
        };
        return new TranslatedRequest(body, context);
    }

    // The backend gives JSON without a schema only when the input speaks of it; it does not look into the instructions. Only
    // the first item decides, so that a conversation that grows keeps its beginning.
    private static bool SpeaksOfJson(InputItem first) =>
        first is MessageItem { Role: not "assistant" } message
        && message
            .Content.OfType<InputText>()
            .Any(part => part.Text.Contains("json", StringComparison.OrdinalIgnoreCase));

    private static void Note(ChatRequest request, LossList losses)
    {
        foreach (var member in request.OtherMembers)
        {
            losses.Add(member, LossKind.Dropped);
        }

        if (request.Stop.Count > 0)
        {
            losses.Add("stop", LossKind.Emulated);
        }

        if (request.MaxTokens is not null)
        {
            losses.Add(request.MaxTokensField, LossKind.Emulated);
        }
    }

    private static string? Effort(ChatRequest request, TranslationSettings settings, LossList losses)
    {
        var asked = request.Effort is { } word && EffortSelection.IsKnown(word) ? word : null;
        var chosen = EffortSelection.Select(asked, settings);
        if (request.Effort is not null && request.Effort != chosen)
        {
            losses.Add("reasoning_effort", asked is null || chosen is null ? LossKind.Dropped : LossKind.Approximated);
        }

        return chosen;
    }

    private static TextSettings? TextSettings(ChatRequest request, TranslationSettings settings, LossList losses)
    {
        var asked = request.Verbosity is "low" or "medium" or "high" ? request.Verbosity : null;
        if (asked != request.Verbosity)
        {
            losses.Add("verbosity", LossKind.Dropped);
        }

        var verbosity = asked ?? settings.Verbosity;
        var format = Format(request.ResponseFormat, losses);
        return format is null && verbosity is null ? null : new TextSettings(format, verbosity);
    }

    private static TextFormat? Format(ChatResponseFormat? format, LossList losses)
    {
        if (format?.Schema is not { } schema)
        {
            return format is null ? null : TextFormat.AnyObject;
        }

        if (format.HasDescription)
        {
            losses.Add("response_format.json_schema.description", LossKind.Dropped);
        }

        var strict = format.Strict && StrictSchema.Allows(schema);
        if (strict != format.Strict)
        {
            losses.Add("response_format.json_schema.strict", LossKind.Approximated);
        }

        var name = format.Name is { Length: > 0 } given ? ToolNames.Shorten(given) : "output";
        return new TextFormat(name, schema.Clone(), strict);
    }

    private static string? ServiceTier(ChatRequest request, TranslationSettings settings, LossList losses)
    {
        var asked = request.ServiceTier == "priority";
        var sent = settings.Model.Model.PriorityTier && (asked || settings.Model.Fast);
        if (request.ServiceTier is not (null or "auto" or "default") && !(asked && sent))
        {
            losses.Add("service_tier", LossKind.Dropped);
        }

        return sent ? "priority" : null;
    }

    // The upstream's limit for the key is 64 characters; the lane's own hash takes the rest.
    private static string? Cut(string? key)
    {
        if (key is null || key.Length <= MaxSessionLength)
        {
            return key;
        }

        var cut = new StringBuilder(MaxSessionLength);
        foreach (var rune in key.EnumerateRunes())
        {
            if (cut.Length + rune.Utf16SequenceLength > MaxSessionLength)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return cut.ToString();
    }
}
