using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.ChatUpstream;

/// <summary>
/// Cuts a request down to what Chat Completions can carry and says what is lost, before anything is counted or sent. What is
/// left, <see cref="ChatUpstreamRequest"/> can write.
/// </summary>
public static class ChatUpstreamFit
{
    /// <summary>The request as it fits the upstream that serves its model.</summary>
    /// <param name="request">A request for a model of such an upstream.</param>
    /// <param name="returnsReasoning">Whether the upstream wants its reasoning back.</param>
    public static TranslatedRequest Fit(TranslatedRequest request, bool returnsReasoning)
    {
        var losses = new LossList();
        foreach (var loss in request.Context.Losses)
        {
            losses.Add(loss.Path, loss.Kind);
        }

        var body = request.Body;
        var tools = FitTools(body.Tools ?? [], losses);
        // What is remembered of a conversation belongs to the upstream it is held with.
        var lane = $"{request.Context.Model.Upstream}:{body.PromptCacheKey}";
        body = body with
        {
            Instructions = body.Instructions ?? "",
            Input =
            [
                .. body
                    .Input.Select(item => request.Context.Model.Images ? item : WithoutImages(item, losses))
                    .Select(item => FitItem(item, returnsReasoning, losses))
                    .OfType<InputItem>(),
            ],
            Tools = tools,
            ToolChoice = FitChoice(body.ToolChoice, tools, losses),
            Include = null,
            PromptCacheKey = lane,
            Text = FitText(body.Text, losses),
            ServiceTier = Without(body.ServiceTier, "service_tier", losses),
            ClientMetadata = null,
        };
        return new TranslatedRequest(body, request.Context with { CacheKey = lane, Losses = losses.ToList() });
    }

    // Other protocols' images were left out where they were read; those of the Responses form come unread.
    private static InputItem WithoutImages(InputItem item, LossList losses) =>
        item switch
        {
            MessageItem message => message with { Content = WithoutImages(message.Content, losses) },
            FunctionCallOutputItem { Output.Parts: { } parts } output => output with
            {
                Output = new CallOutput(null, WithoutImages(parts, losses)),
            },
            CustomToolCallOutputItem { Output.Parts: { } parts } output => output with
            {
                Output = new CallOutput(null, WithoutImages(parts, losses)),
            },
            _ => item,
        };

    private static List<ContentPart> WithoutImages(IReadOnlyList<ContentPart> parts, LossList losses) =>
        [.. parts.Select(part => part is InputImage ? Omitted(losses) : part)];

    private static InputText Omitted(LossList losses)
    {
        losses.Add("input[].content[].input_image", LossKind.Dropped);
        return new InputText("[image omitted: this model does not take images]");
    }

    private static InputItem? FitItem(InputItem item, bool returnsReasoning, LossList losses)
    {
        switch (item)
        {
            case MessageItem message:
                var parts = FitParts(message.Content, losses);
                return parts.Count == 0 ? null : message with { Content = parts };
            case ReasoningItem reasoning:
                if (returnsReasoning && OpenReasoning.IsWrapped(reasoning.EncryptedContent))
                {
                    return item;
                }

                losses.Add("input[].reasoning", LossKind.Dropped);
                return null;
            case FunctionCallItem call:
                return call with { Namespace = null };
            case CustomToolCallItem call:
                losses.Add("input[].custom_tool_call", LossKind.Approximated);
                return call with { Namespace = null };
            case FunctionCallOutputItem output:
                return output with { Output = FitOutput(output.Output, losses) };
            case CustomToolCallOutputItem output:
                return output with { Output = FitOutput(output.Output, losses) };
            case OpaqueItem opaque:
                losses.Add($"input[].{opaque.Type}", LossKind.Dropped);
                return null;
            case WebSearchCallItem:
                losses.Add("input[].web_search_call", LossKind.Dropped);
                return null;
            default:
                losses.Add("input[].additional_tools", LossKind.Dropped);
                return null;
        }
    }

    private static CallOutput FitOutput(CallOutput output, LossList losses)
    {
        if (output.Parts is not { } parts)
        {
            return output;
        }

        var fitted = FitParts(parts, losses);
        if (fitted.Any(part => part is not InputText))
        {
            losses.Add("input[].output[].input_image", LossKind.Approximated);
        }

        return new CallOutput(null, fitted);
    }

    private static List<ContentPart> FitParts(IReadOnlyList<ContentPart> parts, LossList losses)
    {
        var fitted = new List<ContentPart>(parts.Count);
        foreach (var part in parts)
        {
            switch (part)
            {
                case InputFile { FileData: null } file:
                    losses.Add("input[].content[].input_file.file_url", LossKind.Approximated);
                    fitted.Add(new InputText($"[A file at {file.FileUrl}; it was not fetched.]"));
                    break;
                case OpaquePart opaque:
                    losses.Add($"input[].content[].{opaque.Members.Text("type")}", LossKind.Dropped);
                    break;
                default:
                    fitted.Add(part);
                    break;
            }
        }

        return fitted;
    }

    private static List<ResponsesTool> FitTools(IReadOnlyList<ResponsesTool> tools, LossList losses)
    {
        var fitted = new List<ResponsesTool>(tools.Count);
        foreach (var tool in tools)
        {
            switch (tool)
            {
                case FunctionTool:
                    fitted.Add(tool);
                    break;
                case CustomTool custom:
                    losses.Add("tools[].custom", LossKind.Approximated);
                    fitted.Add(custom);
                    break;
                case WebSearchTool:
                    losses.Add("tools[].web_search", LossKind.Dropped);
                    break;
                default:
                    losses.Add($"tools[].{(tool as OpaqueTool)?.Type ?? "namespace"}", LossKind.Dropped);
                    break;
            }
        }

        return fitted;
    }

    private static ResponsesToolChoice FitChoice(ResponsesToolChoice choice, List<ResponsesTool> tools, LossList losses)
    {
        if (choice.Json is null && choice.Type is "auto" or "none" or "required" or "function" or "custom")
        {
            return choice;
        }

        if (choice.Tools is { } allowed && allowed.All(tool => tool.Type is "function" or "custom"))
        {
            return choice;
        }

        losses.Add("tool_choice", tools.Count == 0 ? LossKind.Dropped : LossKind.Approximated);
        return ResponsesToolChoice.Auto;
    }

    private static TextSettings? FitText(TextSettings? text, LossList losses)
    {
        Without(text?.Verbosity, "text.verbosity", losses);
        return text?.Format is { } format ? new TextSettings(format) : null;
    }

    private static string? Without(string? value, string path, LossList losses)
    {
        if (value is not null)
        {
            losses.Add(path, LossKind.Dropped);
        }

        return null;
    }
}
