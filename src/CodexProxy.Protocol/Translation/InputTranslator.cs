using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>The translated conversation.</summary>
/// <param name="Items">Items in order.</param>
/// <param name="ToolUseIds">Every tool-use id in the history.</param>
internal sealed record TranslatedInput(IReadOnlyList<InputItem> Items, IReadOnlySet<string> ToolUseIds);

/// <summary>
/// The conversation as input items, turn by turn. A turn is a run of messages: user and system messages form one, assistant
/// messages the other, so that what stands between a call and its result does no harm.
/// </summary>
internal sealed class InputTranslator(
    IReadOnlyList<RequestMessage> messages,
    ToolTranslation tools,
    CodexModel model,
    TranslationSettings settings,
    LossList losses,
    string conversation
)
{
    private const string ContinueThis =
        "The last assistant message above is the beginning of your reply. Continue it from exactly where it ends. "
        + "Output only the continuation: do not repeat any of it, do not comment on it.";

    private readonly CallLedger _calls = new();
    private readonly List<InputItem> _items = [];

    /// <summary>Translates the conversation.</summary>
    /// <param name="prefill">Text the answer continues; null when the conversation does not end with the model.</param>
    public TranslatedInput Translate(out string? prefill)
    {
        prefill = null;
        var content = new ContentTranslator(model, losses);
        var start = 0;
        while (start < messages.Count)
        {
            var assistant = messages[start].IsAssistant;
            var end = start + 1;
            while (end < messages.Count && messages[end].IsAssistant == assistant)
            {
                end++;
            }

            var turn = messages.Skip(start).Take(end - start).ToList();
            if (assistant)
            {
                new AssistantTurn(tools, settings, content, _calls, losses, conversation).Translate(turn, _items);
            }
            else
            {
                new UserTurn(content, _calls, losses).Translate(turn, start, _items);
            }

            start = end;
        }

        if (messages[^1].IsAssistant)
        {
            if (_calls.HasPending)
            {
                _items.AddRange(_calls.AnswerPending());
            }
            else
            {
                prefill = ContinueLast();
            }
        }

        return new TranslatedInput(_items, _calls.Ids);
    }

    // The backend starts over when a conversation ends with the model; it has to be told to go on.
    private string? ContinueLast()
    {
        if (_items.Count == 0 || _items[^1] is not MessageItem { Role: "assistant" } last)
        {
            return null;
        }

        if (settings.RejectPrefill)
        {
            throw new RequestRejectedException(
                ClientError.Invalid(
                    "This model does not support assistant message prefill. The conversation must end with a user message."
                )
            );
        }

        var parts = last.Content.Cast<OutputText>().ToList();
        parts[^1] = new OutputText(parts[^1].Text.TrimEnd());
        _items[^1] = last with { Content = [.. parts], Phase = null };
        _items.Add(new MessageItem("developer", [new InputText(ContinueThis)]));
        return string.Concat(parts.Select(part => part.Text));
    }
}
