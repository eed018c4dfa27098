using System.Buffers;
using System.Security.Cryptography;
using CodexProxy.Protocol.Failures;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>
/// The same request in other forms: what is tried, hidden from the client, when the backend refuses the first one. Pure
/// functions on the body.
/// </summary>
public static class RequestForms
{
    private const string DefaultInstructions = "You are a helpful assistant.";

    /// <summary>The body after these repairs.</summary>
    /// <param name="body">The classic form.</param>
    /// <param name="repairs">What to change, in any order.</param>
    /// <param name="catalogue">To find a model that takes hosted search.</param>
    /// <param name="readFile">Text of a PDF's pages, by its data URL; null when it cannot be read.</param>
    public static ResponsesRequest Apply(
        ResponsesRequest body,
        IReadOnlySet<FormRepair> repairs,
        ModelCatalogue catalogue,
        Func<string, IReadOnlyList<string>?> readFile
    )
    {
        foreach (var repair in repairs.OrderBy(repair => repair.Kind))
        {
            body = repair.Kind switch
            {
                FormRepairKind.WithoutReasoning => WithoutReasoning(body),
                FormRepairKind.DefaultInstructions when !IsLite(body) => body with
                {
                    Instructions = NonEmpty(body.Instructions),
                },
                FormRepairKind.DefaultInstructions => body,
                FormRepairKind.WithoutMember => WithoutMember(body, repair.Member!),
                FormRepairKind.WithoutSearchSources => WithoutSearchSources(body),
                FormRepairKind.SearchModel => WithSearchModel(body, catalogue),
                FormRepairKind.DeveloperAsUser => WithDeveloperAsUser(body),
                FormRepairKind.AllowedToolsOnly => WithAllowedToolsOnly(body),
                FormRepairKind.FilesAsText => WithFilesAsText(body, readFile),
                _ => ToLite(body),
            };
        }

        return body;
    }

    /// <summary>The body without sealed reasoning.</summary>
    public static ResponsesRequest WithoutReasoning(ResponsesRequest body) =>
        body with
        {
            Input = [.. body.Input.Where(item => item is not ReasoningItem)],
        };

    /// <summary>Identifies a body whatever reasoning it carries: the failure memory's key.</summary>
    public static string CacheBodyHash(ResponsesRequest body)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        OpenAIJson.Write(buffer, WithoutReasoning(body) with { Reasoning = new ReasoningSettings() });
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    /// <summary>Whether a refusal is about what <see cref="CacheBodyHash"/> leaves out.</summary>
    public static bool BlamesReasoning(ResponsesRequest body, UpstreamFailure failure)
    {
        const string item = "input[";
        var blamed = failure.Param ?? failure.Message ?? "";
        if (!blamed.StartsWith(item, StringComparison.Ordinal))
        {
            return blamed.Contains("reasoning", StringComparison.OrdinalIgnoreCase);
        }

        var end = blamed.IndexOf(']', StringComparison.Ordinal);
        return end > 0
            && int.TryParse(blamed.AsSpan(item.Length, end - item.Length), out var index)
            && index < body.Input.Count
            && body.Input[index] is ReasoningItem;
    }

    private static string NonEmpty(string? instructions) =>
        string.IsNullOrWhiteSpace(instructions) ? DefaultInstructions : instructions;

    private static ResponsesRequest WithoutMember(ResponsesRequest body, string member) =>
        member switch
        {
            "service_tier" => body with { ServiceTier = null },
            "text" or "text.verbosity" or "verbosity" => body with
            {
                Text = body.Text?.Format is { } format ? new TextSettings(format) : null,
            },
            "include" => body with { Include = null },
            "client_metadata" => body with { ClientMetadata = null },
            "reasoning.summary" => body with { Reasoning = body.Reasoning with { Summary = null } },
            "reasoning.effort" or "reasoning_effort" => body with { Reasoning = body.Reasoning with { Effort = null } },
            _ => body,
        };

    private static ResponsesRequest WithoutSearchSources(ResponsesRequest body)
    {
        var kept = body.Include?.Where(name => name != ResponsesRequest.IncludeSearchSources).ToList();
        return body with { Include = kept is { Count: > 0 } ? kept : null };
    }

    private static ResponsesRequest WithSearchModel(ResponsesRequest body, ModelCatalogue catalogue)
    {
        if (
            body.Tools?.Any(tool => tool is WebSearchTool or OpaqueTool { Type: "web_search" }) != true
            || catalogue.Listed.FirstOrDefault(model => !model.Lite) is not { } model
        )
        {
            return body;
        }

        var effort = body.Reasoning.Effort is { } wanted ? EffortSelection.Clamp(wanted, model) : null;
        return WithoutReasoning(body) with { Model = model.Slug, Reasoning = body.Reasoning with { Effort = effort } };
    }

    private static ResponsesRequest WithDeveloperAsUser(ResponsesRequest body) =>
        body with
        {
            Input =
            [
                .. body.Input.Select(item =>
                    item is MessageItem { Role: "developer" } message
                        ? message with
                        {
                            Role = "user",
                            Content =
                            [
                                .. message.Content.Select(part =>
                                    part is InputText text
                                        ? new InputText($"<system-reminder>\n{text.Text}\n</system-reminder>")
                                        : part
                                ),
                            ],
                        }
                        : item
                ),
            ],
        };

    private static ResponsesRequest WithFilesAsText(
        ResponsesRequest body,
        Func<string, IReadOnlyList<string>?> readFile
    ) =>
        body with
        {
            Input =
            [
                .. body.Input.Select(item =>
                    item is MessageItem message && message.Content.Any(part => part is InputFile)
                        ? message with
                        {
                            Content =
                            [
                                .. message.Content.Select(part =>
                                    part is InputFile file ? AsText(file, readFile) : part
                                ),
                            ],
                        }
                        : item
                ),
            ],
        };

    private static InputText AsText(InputFile file, Func<string, IReadOnlyList<string>?> readFile)
    {
        if (file.FileData is null)
        {
            return new InputText($"[PDF at {file.FileUrl}: this backend does not take files, and it was not fetched]");
        }

        var pages = readFile(file.FileData);
        if (pages is null)
        {
            return new InputText(
                $"[PDF {file.Filename}: this backend does not take files, and its text could not be read]"
            );
        }

        var texts = pages.Select(
            (text, index) =>
                string.IsNullOrWhiteSpace(text) ? $"[page {index + 1}: no text]" : $"[page {index + 1}]\n{text.Trim()}"
        );
        return new InputText(
            $"<document title=\"{System.Security.SecurityElement.Escape(file.Filename)}\">\n{string.Join('\n', texts)}\n</document>"
        );
    }

    private static ResponsesRequest WithAllowedToolsOnly(ResponsesRequest body) =>
        body.ToolChoice.Tools is { } allowed
            ? body with
            {
                Tools = body.Tools?.Where(tool => allowed.Any(choice => IsChosen(tool, choice))).ToList(),
                ToolChoice = body.ToolChoice.MustCall ? ResponsesToolChoice.Required : ResponsesToolChoice.Auto,
            }
            : body;

    private static bool IsChosen(ResponsesTool tool, ResponsesToolChoice choice) =>
        tool switch
        {
            FunctionTool function => choice == ResponsesToolChoice.Function(function.Name),
            CustomTool custom => choice == ResponsesToolChoice.Custom(custom.Name),
            WebSearchTool or OpaqueTool { Type: "web_search" } => choice == ResponsesToolChoice.WebSearch,
            _ => false,
        };

    // Tools and instructions become the first items; one call at a time is the shape's own rule.
    private static ResponsesRequest ToLite(ResponsesRequest body)
    {
        if (IsLite(body))
        {
            return body;
        }

        body = WithAllowedToolsOnly(body);
        var functions = body.Tools?.Where(tool => tool is FunctionTool or CustomTool).ToList() ?? [];
        var spaces = body.Tools?.Where(tool => tool is OpaqueTool { Type: "namespace" }) ?? [];
        var items = new List<InputItem>
        {
            new AdditionalToolsItem("developer", [new NamespaceTool("functions", "", functions), .. spaces]),
        };
        if (!string.IsNullOrWhiteSpace(body.Instructions))
        {
            items.Add(new MessageItem("developer", [new InputText(body.Instructions)]));
        }

        items.AddRange(body.Input.Select(LiteItem));
        return body with
        {
            Instructions = null,
            Tools = null,
            Input = items,
            ToolChoice = ResponsesToolChoice.Auto,
            ParallelToolCalls = false,
            Reasoning = body.Reasoning with { Context = "all_turns" },
        };
    }

    /// <summary>Whether a body has the lite shape already: the vendor's own client sends it so.</summary>
    public static bool IsLite(ResponsesRequest body) => body is { Instructions: null, Tools: null };

    private static InputItem LiteItem(InputItem item) =>
        item switch
        {
            FunctionCallItem { Namespace: null } call => call with { Namespace = "functions" },
            CustomToolCallItem { Namespace: null } call => call with { Namespace = "functions" },
            MessageItem message => message with { Content = [.. message.Content.Select(LitePart)] },
            FunctionCallOutputItem output => output with { Output = LiteOutput(output.Output) },
            CustomToolCallOutputItem output => output with { Output = LiteOutput(output.Output) },
            _ => item,
        };

    private static CallOutput LiteOutput(CallOutput output) =>
        output.Parts is { } parts ? new CallOutput(null, [.. parts.Select(LitePart)]) : output;

    private static ContentPart LitePart(ContentPart part) =>
        part is InputImage image ? image with { Detail = null } : part;
}
