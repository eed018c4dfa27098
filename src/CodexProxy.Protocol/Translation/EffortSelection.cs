using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;

namespace CodexProxy.Protocol.Translation;

/// <summary>Chooses the effort: the first source that names one, then the nearest level the model has.</summary>
public static class EffortSelection
{
    private static readonly string[] Levels = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    // Requests of this size that neither think nor call tools are classifiers; they run at the lowest effort.
    private const int SmallAnswer = 4096;

    internal static string? Select(
        MessagesRequest request,
        IReadOnlyList<RequestMessage> messages,
        TranslationSettings settings
    )
    {
        var model = settings.Model.Model;
        return Select(
            OfCurrentTurn(messages)
                ?? (request.Thinking is { IsOff: true } ? "none" : null)
                ?? (IsLevel(request.Effort) ? request.Effort : null)
                ?? OfBudget(request.Thinking?.BudgetTokens)
                ?? (
                    request.Thinking is null
                    && request.Tools.Count == 0
                    && request.MaxTokens < SmallAnswer
                    && !model.IsUnknown
                        ? model.Efforts[0]
                        : null
                ),
            settings
        );
    }

    /// <summary>The effort of a request that asks for this one; null when the model's own is to be used.</summary>
    /// <param name="asked">What the request asks for; null for nothing.</param>
    /// <param name="settings">The model, whose name may carry an effort, and the configured default.</param>
    internal static string? Select(string? asked, TranslationSettings settings)
    {
        var model = settings.Model.Model;
        var wanted = settings.Model.Effort ?? asked ?? settings.DefaultEffort ?? model.DefaultEffort;
        return wanted is null || model.IsUnknown ? null : Clamp(wanted, model);
    }

    /// <summary>Whether a word names an effort of some model.</summary>
    internal static bool IsKnown(string word) => Levels.Contains(word);

    /// <summary>The level itself where the model has it, else the next lower one it has, else its lowest.</summary>
    public static string Clamp(string wanted, CodexModel model)
    {
        var rank = Array.IndexOf(Levels, wanted);
        var best = model.Efforts[0];
        foreach (var level in model.Efforts)
        {
            if (Array.IndexOf(Levels, level) <= rank)
            {
                best = level;
            }
        }

        return best;
    }

    // A system message's effort counts for its turn only; the client leaves the first one in the history for ever.
    private static string? OfCurrentTurn(IReadOnlyList<RequestMessage> messages)
    {
        string? effort = null;
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (message.IsAssistant && !message.Content.Any(block => block is ToolUseBlock) && !TurnGoesOn(messages, i))
            {
                break;
            }

            if (message.IsSystem && IsLevel(message.Effort))
            {
                effort ??= message.Effort;
            }
        }

        return effort;
    }

    // Text and calls of one assistant turn may come in several messages.
    private static bool TurnGoesOn(IReadOnlyList<RequestMessage> messages, int index)
    {
        for (var i = index + 1; i < messages.Count && messages[i].IsAssistant; i++)
        {
            if (messages[i].Content.Any(block => block is ToolUseBlock))
            {
                return true;
            }
        }

        for (var i = index - 1; i >= 0 && messages[i].IsAssistant; i--)
        {
            if (messages[i].Content.Any(block => block is ToolUseBlock))
            {
                return true;
            }
        }

        return false;
    }

    // A common client default is 31,999 on every turn: as xhigh it would multiply what the plan pays.
    private static string? OfBudget(int? budget) =>
        budget switch
        {
            null => null,
            < 4096 => "low",
            < 16_384 => "medium",
            < 64_000 => "high",
            _ => "xhigh",
        };

    private static bool IsLevel(string? effort) => effort is "low" or "medium" or "high" or "xhigh" or "max";
}
