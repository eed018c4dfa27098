using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// A run of user and system messages: first every result that a call waits for, then the files that results cannot carry,
/// then the rest, an item a message.
/// </summary>
internal sealed class UserTurn(ContentTranslator content, CallLedger calls, LossList losses)
{
    private readonly List<ContentPart> _files = [];

    public void Translate(IReadOnlyList<RequestMessage> turn, int firstIndex, List<InputItem> items)
    {
        var rest = new List<InputItem>();
        for (var i = 0; i < turn.Count; i++)
        {
            var message = turn[i];
            var parts = new List<ContentPart>();
            for (var j = 0; j < message.Content.Count; j++)
            {
                var path = $"messages.{firstIndex + i}.content.{j}";
                if (message.Content[j] is ToolResultBlock result && !message.IsSystem)
                {
                    TranslateResult(result, path, items, parts);
                }
                else if (message.IsSystem)
                {
                    content.AddSystem(message.Content[j], path, parts);
                }
                else
                {
                    content.AddUser(message.Content[j], path, parts);
                }
            }

            if (parts.Count > 0)
            {
                rest.Add(new MessageItem(message.IsSystem ? "developer" : "user", parts));
            }
        }

        items.AddRange(calls.AnswerPending());
        if (_files.Count > 0)
        {
            items.Add(new MessageItem("user", [.. _files]));
        }

        items.AddRange(rest);
    }

    private void TranslateResult(ToolResultBlock result, string path, List<InputItem> items, List<ContentPart> parts)
    {
        var output = new ToolResultTranslator(content, losses).Translate(result, path, out var files);
        if (calls.Close(result.ToolUseId) is { } call)
        {
            items.Add(call.Answer(output));
            foreach (var file in files)
            {
                _files.Add(new InputText($"File {file.Name} from tool call {call.CallId}:"));
                _files.Add(file.Part);
            }

            return;
        }

        // No call waits for it: what it says is kept as text.
        var heading = $"[Result of an earlier tool call {result.ToolUseId}]\n";
        if (output.Parts is null)
        {
            parts.Add(new InputText(heading + output.Text));
        }
        else
        {
            parts.Add(new InputText(heading.TrimEnd('\n')));
            parts.AddRange(output.Parts);
        }

        parts.AddRange(files.Select(file => file.Part));
    }
}
