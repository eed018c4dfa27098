using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>A file of a result, which travels in a message after the results.</summary>
internal readonly record struct ResultFile(string Name, InputFile Part);

/// <summary>A tool result as call output: one text, or parts when an image is among them.</summary>
internal sealed class ToolResultTranslator(ContentTranslator content, LossList losses)
{
    private const string ErrorMark = "[tool error]";

    // Results that already say so; the mark would only repeat it.
    private static readonly string[] SaysSo = ["<tool_use_error>", "Exit code ", "Error"];

    public CallOutput Translate(ToolResultBlock result, string path, out IReadOnlyList<ResultFile> files)
    {
        var found = new List<ResultFile>();
        var parts = new List<ContentPart>();
        for (var i = 0; i < result.Content.Count; i++)
        {
            Add(result.Content[i], $"{path}.content.{i}", parts, found);
        }

        files = found;
        var hasImage = parts.Exists(part => part is InputImage);
        var text = string.Join('\n', parts.OfType<InputText>().Select(part => part.Text));
        var marked = result.IsError && !SaysSo.Any(words => text.StartsWith(words, StringComparison.OrdinalIgnoreCase));
        if (!hasImage)
        {
            return marked ? (text.Length == 0 ? ErrorMark : $"{ErrorMark}\n{text}") : text;
        }

        if (marked)
        {
            parts.Insert(0, new InputText(ErrorMark));
        }

        return new CallOutput(null, parts);
    }

    private void Add(ContentBlock block, string path, List<ContentPart> parts, List<ResultFile> files)
    {
        switch (block)
        {
            case TextBlock text:
                if (text.Text.Length > 0)
                {
                    parts.Add(new InputText(text.Text));
                }

                break;
            case ToolReferenceBlock reference:
                parts.Add(new InputText(ToolNames.Loaded(reference.ToolName)));
                break;
            case DocumentBlock { Source.Type: "base64" or "url" } document
                when content.File(document, "document.pdf") is { } file:
                parts.Add(new InputText($"[File {file.Name}: see the message after the tool results]"));
                files.Add(file);
                losses.Add("messages[].content[].content[].document", LossKind.Approximated);
                break;
            default:
                content.AddUser(block, path, parts);
                break;
        }
    }
}
