using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Translation;

/// <summary>The history as it counts: after summaries, edits the client asked for, and messages that have expired.</summary>
internal static class History
{
    private const string Cleared = "[Old tool result content cleared]";

    public static IReadOnlyList<RequestMessage> Prepare(
        MessagesRequest request,
        TranslationSettings settings,
        LossList losses,
        out IReadOnlyList<AppliedEdit> appliedEdits
    )
    {
        IReadOnlyList<RequestMessage> messages = WithoutExpired(FromLastSummary(request.Messages));
        var applied = new List<AppliedEdit>();
        foreach (var edit in request.ContextEdits)
        {
            messages = edit.Type switch
            {
                "clear_tool_uses_20250919" => ClearToolUses(messages, edit, settings, applied),
                "clear_thinking_20251015" => ClearThinking(messages, edit, applied),
                _ => Ignored(messages, edit, losses),
            };
        }

        appliedEdits = applied;
        return messages;
    }

    private static IReadOnlyList<RequestMessage> Ignored(
        IReadOnlyList<RequestMessage> messages,
        HistoryEdit edit,
        LossList losses
    )
    {
        losses.Add($"context_management.edits[{edit.Type}]", LossKind.Dropped);
        return messages;
    }

    private static IReadOnlyList<RequestMessage> FromLastSummary(IReadOnlyList<RequestMessage> messages)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var blocks = messages[i].Content;
            for (var j = blocks.Count - 1; j >= 0; j--)
            {
                if (blocks[j] is CompactionBlock)
                {
                    return [messages[i] with { Content = [.. blocks.Skip(j)] }, .. messages.Skip(i + 1)];
                }
            }
        }

        return messages;
    }

    private static List<RequestMessage> WithoutExpired(IReadOnlyList<RequestMessage> messages)
    {
        var lastUser = -1;
        for (var i = messages.Count - 1; i >= 0 && lastUser < 0; i--)
        {
            lastUser = messages[i].Role == "user" ? i : -1;
        }

        var kept = new List<RequestMessage>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            if (!(messages[i] is { IsSystem: true, ClearsAtNextUserMessage: true } && i < lastUser))
            {
                kept.Add(messages[i]);
            }
        }

        return kept;
    }

    private static IReadOnlyList<RequestMessage> ClearToolUses(
        IReadOnlyList<RequestMessage> messages,
        HistoryEdit edit,
        TranslationSettings settings,
        List<AppliedEdit> applied
    )
    {
        var json = edit.Json;
        var excluded = json.Member("exclude_tools") is { ValueKind: System.Text.Json.JsonValueKind.Array } names
            ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet()
            : [];
        var calls = messages
            .SelectMany(message => message.Content)
            .OfType<ToolUseBlock>()
            .Where(call => !excluded.Contains(call.Name))
            .ToList();
        var keep = (int)(json.Member("keep")?.Number("value") ?? json.Number("keep") ?? 3);
        if (!Triggered(json, messages, calls.Count, settings) || calls.Count <= keep)
        {
            return messages;
        }

        var cleared = calls.Take(calls.Count - keep).Select(call => call.Id).ToHashSet();
        var saved = Results(messages)
            .Where(result => cleared.Contains(result.ToolUseId) && !IsCleared(result))
            .Sum(result => Size(result, settings));
        var atLeast = json.Member("clear_at_least")?.Number("value") ?? json.Number("clear_at_least") ?? 0;
        if (saved == 0 || saved < atLeast)
        {
            return messages;
        }

        applied.Add(new AppliedEdit(edit.Type, cleared.Count, 0, saved));
        var inputs = json.Flag("clear_tool_inputs");
        return Rewrite(
            messages,
            block =>
                block switch
                {
                    ToolResultBlock result when cleared.Contains(result.ToolUseId) => result with
                    {
                        Content = [new TextBlock(Cleared)],
                    },
                    ToolUseBlock call when inputs && cleared.Contains(call.Id) => call with { Input = null },
                    _ => block,
                }
        );
    }

    private static bool Triggered(
        System.Text.Json.JsonElement json,
        IReadOnlyList<RequestMessage> messages,
        int calls,
        TranslationSettings settings
    )
    {
        var trigger = json.Member("trigger");
        var value = trigger?.Number("value") ?? 100_000;
        if (trigger?.Text("type") == "tool_uses")
        {
            return calls >= value;
        }

        var tokens = 0L;
        foreach (var block in messages.SelectMany(message => message.Content))
        {
            tokens += block switch
            {
                TextBlock text => settings.CountTokens(text.Text),
                ToolUseBlock { Input: { } input } => settings.CountTokens(input.GetRawText()),
                ToolResultBlock result => Size(result, settings),
                _ => 0,
            };
        }

        return tokens >= value;
    }

    private static IReadOnlyList<RequestMessage> ClearThinking(
        IReadOnlyList<RequestMessage> messages,
        HistoryEdit edit,
        List<AppliedEdit> applied
    )
    {
        if (edit.Json.Text("keep") == "all")
        {
            return messages;
        }

        var keep = (int)(edit.Json.Member("keep")?.Number("value") ?? edit.Json.Number("keep") ?? 1);
        var thinking = Enumerable
            .Range(0, messages.Count)
            .Where(i => messages[i].IsAssistant && messages[i].Content.Any(IsThinking))
            .ToList();
        if (thinking.Count <= keep)
        {
            return messages;
        }

        var cleared = thinking.Take(thinking.Count - keep).ToHashSet();
        applied.Add(new AppliedEdit(edit.Type, 0, cleared.Count, 0));
        return
        [
            .. messages.Select(
                (message, i) =>
                    cleared.Contains(i)
                        ? message with
                        {
                            Content = [.. message.Content.Where(block => !IsThinking(block))],
                        }
                        : message
            ),
        ];
    }

    private static bool IsThinking(ContentBlock block) => block is ThinkingBlock or RedactedThinkingBlock;

    private static bool IsCleared(ToolResultBlock result) => result.Content is [TextBlock { Text: Cleared }];

    private static int Size(ToolResultBlock result, TranslationSettings settings) =>
        result.Content.Sum(block => block is TextBlock text ? settings.CountTokens(text.Text) : 1000);

    private static IEnumerable<ToolResultBlock> Results(IReadOnlyList<RequestMessage> messages) =>
        messages.SelectMany(message => message.Content).OfType<ToolResultBlock>();

    private static IReadOnlyList<RequestMessage> Rewrite(
        IReadOnlyList<RequestMessage> messages,
        Func<ContentBlock, ContentBlock> rewrite
    ) => [.. messages.Select(message => message with { Content = [.. message.Content.Select(rewrite)] })];
}
