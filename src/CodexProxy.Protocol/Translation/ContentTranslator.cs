using System.Security;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Blocks of user and system messages as content parts.</summary>
internal sealed class ContentTranslator(CodexModel model, LossList losses)
{
    private const int NoteLimit = 2048;

    /// <summary>Adds the parts of one block of a user message.</summary>
    public void AddUser(ContentBlock block, string path, List<ContentPart> parts)
    {
        switch (block)
        {
            case TextBlock text:
                AddText(text.Text, parts);
                break;
            case ImageBlock image:
                parts.Add(Image(image.Source, path));
                break;
            case PreparedBlock { Part: InputImage } when !model.Images:
                parts.Add(Omitted());
                break;
            case PreparedBlock prepared:
                parts.Add(prepared.Part);
                break;
            case DocumentBlock document:
                AddDocument(document, path, parts);
                break;
            case SearchResultBlock result:
                parts.Add(
                    new InputText(
                        $"<search_result{Attribute("title", result.Title)}{Attribute("source", result.Source)}>\n"
                            + $"{Texts(result.Content)}\n</search_result>"
                    )
                );
                break;
            case CompactionBlock summary:
                AddText($"Summary of the conversation so far:\n{summary.Content}", parts);
                break;
            case ToolReferenceBlock reference:
                parts.Add(new InputText(ToolNames.Loaded(reference.ToolName)));
                break;
            case UnknownBlock { Type: "browser_state" } state:
                parts.Add(new InputText(BrowserStateText.Write(state.Json)));
                break;
            case UnknownBlock unknown:
                AddUnknown(unknown, parts);
                break;
            case ThinkingBlock or RedactedThinkingBlock or ToolAdditionBlock or ToolRemovalBlock:
                break;
            default:
                losses.Add($"messages[].content[].{block.GetType().Name}", LossKind.Dropped);
                break;
        }
    }

    /// <summary>Adds the parts of one block of a system message: its texts, the tool list being changed elsewhere.</summary>
    public void AddSystem(ContentBlock block, string path, List<ContentPart> parts)
    {
        if (block is not (ToolAdditionBlock or ToolRemovalBlock))
        {
            AddUser(block, path, parts);
        }
    }

    /// <summary>A PDF as file part; null when the document is none.</summary>
    public ResultFile? File(DocumentBlock document, string defaultName)
    {
        var name = document.Title is { Length: > 0 } title ? title : defaultName;
        if (!name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase))
        {
            name += ".pdf";
        }

        return document.Source switch
        {
            { Type: "base64", MediaType: "application/pdf" or "" } source => new ResultFile(
                name,
                new InputFile(name, $"data:application/pdf;base64,{source.Data}")
            ),
            { Type: "url" } source => new ResultFile(name, new InputFile(FileUrl: source.Url)),
            _ => null,
        };
    }

    private static void AddText(string text, List<ContentPart> parts)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            parts.Add(new InputText(text));
        }
    }

    private InputText Omitted()
    {
        losses.Add("messages[].content[].image", LossKind.Dropped);
        return new InputText("[image omitted: this model does not take images]");
    }

    private ContentPart Image(MediaSource source, string path)
    {
        if (!model.Images)
        {
            return Omitted();
        }

        return source.Type switch
        {
            "url" => new InputImage(source.Url),
            "base64" when source.MediaType is "image/png" or "image/jpeg" or "image/webp" or "image/gif" =>
                new InputImage($"data:{source.MediaType};base64,{Checked(source.Data, path)}"),
            not "base64" => throw Rejected($"{path}.image: {Excerpt.Quote(source.Type)} sources are not supported"),
            _ => throw Rejected(
                $"{path}.image: media type {Excerpt.Quote(source.MediaType)} is not supported; could not process image"
            ),
        };
    }

    private static string Checked(string base64, string path) =>
        base64.Length > 0 && System.Buffers.Text.Base64.IsValid(base64)
            ? base64
            : throw Rejected($"{path}.image: data is not valid base64; could not process image");

    private void AddDocument(DocumentBlock document, string path, List<ContentPart> parts)
    {
        var open = $"<document{Attribute("title", document.Title)}{Attribute("context", document.Context)}>";
        var source = document.Source;
        switch (source.Type)
        {
            case "file":
                throw Rejected($"{path}.document: file sources are not supported");
            case "text":
                parts.Add(new InputText($"{open}\n{source.Data}\n</document>"));
                break;
            case "content" when source.Content.Any(block => block is ImageBlock):
                parts.Add(new InputText(open));
                foreach (var block in source.Content)
                {
                    AddUser(block, path, parts);
                }

                parts.Add(new InputText("</document>"));
                break;
            case "content":
                parts.Add(new InputText($"{open}\n{Texts(source.Content)}\n</document>"));
                break;
            case "base64" when source.MediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase):
                parts.Add(new InputText($"{open}\n{Decode(source.Data, path)}\n</document>"));
                break;
            default:
                parts.Add(
                    File(document, "document.pdf")?.Part
                        ?? throw Rejected(
                            $"{path}.document: media type {Excerpt.Quote(source.MediaType)} is not supported"
                        )
                );
                break;
        }
    }

    private void AddUnknown(UnknownBlock unknown, List<ContentPart> parts)
    {
        losses.Add($"messages[].content[].{unknown.Type}", LossKind.Approximated);
        if (unknown.Json.Text("text") is { } text)
        {
            AddText(text, parts);
            return;
        }

        if (unknown.Json.ValueKind == JsonValueKind.Object)
        {
            parts.Add(
                new InputText($"[block {unknown.Type}: {Excerpt.Cut(CompactJson.Write(unknown.Json), NoteLimit)}]")
            );
        }
    }

    private static string Texts(IReadOnlyList<ContentBlock> blocks) =>
        string.Join('\n', blocks.OfType<TextBlock>().Select(block => block.Text));

    private static string Decode(string base64, string path)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            throw Rejected($"{path}.document.source.data: not valid base64");
        }
    }

    private static string Attribute(string name, string? value) =>
        value is null ? "" : $" {name}=\"{SecurityElement.Escape(value)}\"";

    private static RequestRejectedException Rejected(string message) => new(ClientError.Invalid(message));
}
