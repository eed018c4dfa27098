using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>What a request lost between its first form and the form that was sent: refused forms are losses too.</summary>
public static class FormLosses
{
    /// <summary>Compares two forms of one request; paths are those of the upstream's body.</summary>
    /// <param name="first">The first form.</param>
    /// <param name="sent">The form that was sent.</param>
    public static IReadOnlyList<TranslationLoss> Between(ResponsesRequest first, ResponsesRequest sent)
    {
        var losses = new LossList();
        if (ReferenceEquals(first, sent))
        {
            return losses.ToList();
        }

        CompareSettings(first, sent, losses);
        CompareTools(first, sent, losses);
        CompareItems(first, sent, losses);
        return losses.ToList();
    }

    private static void CompareSettings(ResponsesRequest first, ResponsesRequest sent, LossList losses)
    {
        Compare("model", first.Model, sent.Model, losses);
        Compare("service_tier", first.ServiceTier, sent.ServiceTier, losses);
        Compare("reasoning.effort", first.Reasoning.Effort, sent.Reasoning.Effort, losses);
        Compare("reasoning.summary", first.Reasoning.Summary, sent.Reasoning.Summary, losses);
        Compare("text.verbosity", first.Text?.Verbosity, sent.Text?.Verbosity, losses);
        Compare("text.format", first.Text?.Format?.Name, sent.Text?.Format?.Name, losses);
        foreach (var name in first.Include ?? [])
        {
            if (sent.Include?.Contains(name) != true)
            {
                losses.Add($"include[{name}]", LossKind.Dropped);
            }
        }

        // In the lite shape the instructions are an item; only a default text in their place is a change.
        if (string.IsNullOrWhiteSpace(first.Instructions) && !string.IsNullOrWhiteSpace(sent.Instructions))
        {
            losses.Add("instructions", LossKind.Approximated);
        }

        if (first.ToolChoice != sent.ToolChoice)
        {
            losses.Add("tool_choice", LossKind.Dropped);
        }

        if (first.ParallelToolCalls && !sent.ParallelToolCalls)
        {
            losses.Add("parallel_tool_calls", LossKind.Approximated);
        }
    }

    private static void CompareTools(ResponsesRequest first, ResponsesRequest sent, LossList losses)
    {
        var kept = new HashSet<ResponsesTool>(ReferenceEqualityComparer.Instance);
        Collect(sent.Tools ?? [], kept);
        foreach (var item in sent.Input.OfType<AdditionalToolsItem>())
        {
            Collect(item.Tools, kept);
        }

        foreach (var tool in first.Tools ?? [])
        {
            if (!kept.Contains(tool))
            {
                losses.Add(tool is WebSearchTool ? "tools[web_search]" : "tools[]", LossKind.Dropped);
            }
        }
    }

    private static void Collect(IEnumerable<ResponsesTool> tools, HashSet<ResponsesTool> kept)
    {
        foreach (var tool in tools)
        {
            kept.Add(tool);
            if (tool is NamespaceTool space)
            {
                Collect(space.Tools, kept);
            }
        }
    }

    private static void CompareItems(ResponsesRequest first, ResponsesRequest sent, LossList losses)
    {
        if (Count<ReasoningItem>(sent) < Count<ReasoningItem>(first))
        {
            losses.Add("input[].reasoning", LossKind.Dropped);
        }

        if (Developers(sent) < Developers(first))
        {
            losses.Add("input[].role", LossKind.Approximated);
        }

        if (Files(sent) < Files(first))
        {
            losses.Add("input[].content[].input_file", LossKind.Approximated);
        }
    }

    private static int Count<T>(ResponsesRequest body) => body.Input.Count(item => item is T);

    private static int Developers(ResponsesRequest body) =>
        body.Input.Count(item => item is MessageItem { Role: "developer" });

    private static int Files(ResponsesRequest body) =>
        body.Input.OfType<MessageItem>().Sum(message => message.Content.Count(part => part is InputFile));

    private static void Compare(string path, string? first, string? sent, LossList losses)
    {
        if (first is not null && first != sent)
        {
            losses.Add(path, sent is null ? LossKind.Dropped : LossKind.Approximated);
        }
    }
}
