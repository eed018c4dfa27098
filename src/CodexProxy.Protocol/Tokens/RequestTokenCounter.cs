using System.Collections.Concurrent;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Tokens;

/// <summary>Counts a request as it is sent upstream: the texts, and what their framing is believed to cost.</summary>
public sealed class RequestTokenCounter(TokenCounter counter)
{
    private const int Prompt = 3;
    private const int Framing = 4;
    private const int Call = 6;
    private const int Output = 5;
    private const int AnyTools = 12;
    private const int EachTool = 8;
    private const int HostedSearch = 400;
    private const int PageOfUnknownSize = 2000;
    private const int PageImage = 1360;
    private const int TextOfPage = 500;

    private readonly ConcurrentDictionary<string, int> _tools = new();

    /// <summary>Tokens of everything before the conversation: instructions and tools.</summary>
    public int CountFixed(ResponsesRequest request)
    {
        var count = Prompt + Framing + counter.CountCached(request.Instructions ?? "");
        if (request.Tools is { Count: > 0 } tools)
        {
            count += AnyTools;
            foreach (var tool in tools)
            {
                count += CountTool(tool);
            }
        }

        return count;
    }

    /// <summary>Tokens of one item.</summary>
    public int CountItem(InputItem item, CodexModel model) =>
        item switch
        {
            MessageItem message => Framing + CountParts(message.Content, model),
            FunctionCallItem call => Call + counter.CountCached(call.Name) + counter.CountCached(call.Arguments),
            CustomToolCallItem call => Call + counter.CountCached(call.Name) + counter.CountCached(call.Input),
            FunctionCallOutputItem output => CountOutput(output.Output, model),
            CustomToolCallOutputItem output => CountOutput(output.Output, model),
            ReasoningItem reasoning => Math.Max(0, (int)(((reasoning.EncryptedContent.Length * 0.75) - 60) / 4)),
            WebSearchCallItem search => Call + counter.CountCached(search.Action.Query ?? search.Action.Url ?? ""),
            AdditionalToolsItem tools => AnyTools + tools.Tools.Sum(CountTool),
            _ => Framing,
        };

    /// <summary>Tokens of the whole request.</summary>
    public int Count(ResponsesRequest request, CodexModel model)
    {
        var count = CountFixed(request);
        foreach (var item in request.Input)
        {
            count += CountItem(item, model);
        }

        return count;
    }

    private int CountOutput(in CallOutput output, CodexModel model) =>
        Output + (output.Parts is { } parts ? CountParts(parts, model) : counter.CountCached(output.Text ?? ""));

    private int CountParts(IReadOnlyList<ContentPart> parts, CodexModel model)
    {
        var count = 0;
        foreach (var part in parts)
        {
            count += part switch
            {
                InputText text => counter.CountCached(text.Text),
                OutputText text => counter.CountCached(text.Text),
                InputImage image => ImageTokens.Count(image.ImageUrl, model),
                InputFile { FileData: { } data } => CountPdf(data),
                _ => PageOfUnknownSize,
            };
        }

        return count;
    }

    private static int CountPdf(string data) =>
        PdfPages.Count(data) is { } pages ? pages * (PageImage + TextOfPage) : PageOfUnknownSize;

    // A tool comes with every request of a session, always the same.
    private int CountTool(ResponsesTool tool)
    {
        switch (tool)
        {
            case FunctionTool function:
                var schema = function.Parameters.GetRawText();
                var known =
                    counter.CountCached(function.Name) + counter.CountCached(function.Description ?? "") + EachTool;
                if (_tools.TryGetValue(schema, out var ofSchema))
                {
                    return known + ofSchema;
                }

                if (_tools.Count > 4096)
                {
                    _tools.Clear();
                }

                return known + (_tools[schema] = counter.Count(SchemaText.Write(function.Parameters)));
            case CustomTool custom:
                return EachTool
                    + counter.CountCached(custom.Name)
                    + counter.CountCached(custom.Description ?? "")
                    + counter.CountCached(custom.Format?.Definition ?? "");
            case NamespaceTool space:
                return EachTool + space.Tools.Sum(CountTool);
            default:
                return HostedSearch;
        }
    }
}
