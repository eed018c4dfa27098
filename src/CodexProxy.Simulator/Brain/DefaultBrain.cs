using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Brain;

/// <summary>
/// Answers what nothing is scripted for: plainly, always the same way, and well enough for a real coding agent. Lines of the
/// person's text such as <c>run: ls</c> become tool calls; see <see cref="Directive"/>.
/// </summary>
internal static class DefaultBrain
{
    private const int QuotedLength = 400;
    private const string SearchPrompt = "Perform a web search for the query:";
    private const string StructuredOutputTool = "StructuredOutput";

    public static TurnPlan Answer(CapturedRequest request)
    {
        var conversation = request.Conversation;
        if (conversation.Items.Any(item => ConversationView.Type(item) == "compaction_trigger"))
        {
            return Turn.Compaction();
        }

        var plan = Thinks(conversation)
            ? Turn.Reasoning("**Considering the request**\n\nThe simulator looks for directives and outputs.")
            : Turn.Nothing;
        return SideCall(plan, conversation)
            ?? Forced(plan, conversation)
            ?? Search(plan, conversation)
            ?? Round(plan, conversation)
            ?? Structured(plan, conversation)
            ?? plan.Text(Conclusion(conversation));
    }

    private static bool Thinks(ConversationView conversation) =>
        conversation.Body.TryGetProperty("reasoning", out var reasoning)
        && reasoning.ValueKind == JsonValueKind.Object
        && conversation.Effort != "none";

    /// <summary>Requests that clients make beside the conversation, told by what they ask for.</summary>
    private static TurnPlan? SideCall(TurnPlan plan, ConversationView conversation)
    {
        if (conversation.OutputSchema is { } schema)
        {
            return plan.Text(SchemaInstance.Of(schema));
        }

        var text = conversation.LastUserText;
        if (text.Contains("<summary>", StringComparison.Ordinal))
        {
            return plan.Text(
                $"<analysis>The simulator read {conversation.Items.Count} items.</analysis>\n<summary>The conversation so far, as the simulator tells it: {conversation.Items.Count} items.</summary>"
            );
        }

        var asksSeverity =
            text.Contains("<severity>", StringComparison.Ordinal)
            || conversation.Instructions?.Contains("<severity>", StringComparison.Ordinal) == true;
        return asksSeverity ? plan.Text("<severity>0</severity>") : null;
    }

    private static TurnPlan? Forced(TurnPlan plan, ConversationView conversation)
    {
        if (!conversation.Body.TryGetProperty("tool_choice", out var choice))
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.Object)
        {
            return conversation.FindTool(ConversationView.Text(choice, "name") ?? "") is { } named
                ? CallLeast(plan, named)
                : SearchFor(plan, conversation);
        }

        if (!choice.ValueEquals("required"))
        {
            return null;
        }

        foreach (var tool in conversation.Tools)
        {
            if (ConversationView.Type(tool) == "function")
            {
                return Round(plan, conversation) ?? CallLeast(plan, tool);
            }
        }

        return SearchFor(plan, conversation);
    }

    private static TurnPlan CallLeast(TurnPlan plan, JsonElement tool) =>
        plan.Call(ConversationView.Text(tool, "name")!, SchemaInstance.Of(tool, "parameters"));

    /// <summary>Hosted search, when it is offered and asked for.</summary>
    private static TurnPlan? Search(TurnPlan plan, ConversationView conversation)
    {
        var text = conversation.LastUserText;
        var asks =
            text.Contains(SearchPrompt, StringComparison.Ordinal)
            || (conversation.FindTool("WebSearch") is null && Rounds(conversation).Any(IsSearch));
        return asks && conversation.OffersHosted("web_search") ? SearchFor(plan, conversation) : null;

        static bool IsSearch(IReadOnlyList<Directive> round) => round.Any(directive => directive.Verb == "search");
    }

    private static TurnPlan SearchFor(TurnPlan plan, ConversationView conversation)
    {
        const string title = "Simulated page";
        const string url = "https://example.com/simulated";
        var text = conversation.LastUserText;
        var at = text.IndexOf(SearchPrompt, StringComparison.Ordinal);
        var query =
            at >= 0 ? text[(at + SearchPrompt.Length)..].Trim()
            : Rounds(conversation).SelectMany(round => round).FirstOrDefault(line => line.Verb == "search") is { } line
                ? line.Rest
            : Shorten(text);
        var answer = $"{title} says something about {Shorten(query)}.";
        return plan.WebSearch(query, new Source(url, title)).Cited(answer, new Citation(0, answer.Length, url, title));
    }

    /// <summary>The next round of directives that has not been called yet.</summary>
    private static TurnPlan? Round(TurnPlan plan, ConversationView conversation)
    {
        var rounds = Rounds(conversation);
        var done = CallRounds(conversation);
        if (done >= rounds.Count || IsForbidden(conversation))
        {
            return null;
        }

        var calls = rounds[done]
            .Select(directive => directive.Plan(conversation))
            .Where(call => call is not null)
            .Select(call => call!)
            .Take(conversation.AllowsParallelCalls ? int.MaxValue : 1)
            .ToArray();
        return calls.Length == 0 ? null : plan.Calls(calls);
    }

    private static bool IsForbidden(ConversationView conversation) =>
        conversation.Body.TryGetProperty("tool_choice", out var choice)
        && choice.ValueKind == JsonValueKind.String
        && choice.ValueEquals("none");

    private static TurnPlan? Structured(TurnPlan plan, ConversationView conversation)
    {
        var isCalled = conversation.ItemsSinceUserText.Any(item =>
            ConversationView.Text(item, "name") == StructuredOutputTool
        );
        return !isCalled && conversation.FindTool(StructuredOutputTool) is { } tool ? CallLeast(plan, tool) : null;
    }

    private static string Conclusion(ConversationView conversation)
    {
        var outputs = conversation
            .ItemsSinceUserText.Where(item => ConversationView.Type(item).EndsWith("_output", StringComparison.Ordinal))
            .Select(FunctionOutput.Read)
            .ToArray();
        return outputs.Length > 0
            ? string.Join('\n', outputs.Select(output => $"The tool returned: {Shorten(output.Text)}"))
            : $"You said: {Shorten(conversation.LastUserText)}";
    }

    private static IReadOnlyList<IReadOnlyList<Directive>> Rounds(ConversationView conversation) =>
        Directive.Read(conversation.LastUserText);

    /// <summary>Runs of calls since the person last spoke.</summary>
    private static int CallRounds(ConversationView conversation)
    {
        var rounds = 0;
        var inCalls = false;
        foreach (var item in conversation.ItemsSinceUserText)
        {
            var isCall = ConversationView.Type(item) is "function_call" or "custom_tool_call";
            rounds += isCall && !inCalls ? 1 : 0;
            // Reasoning and words between two calls of one response do not part them; outputs do.
            inCalls = isCall || (inCalls && !ConversationView.Type(item).EndsWith("_output", StringComparison.Ordinal));
        }

        return rounds;
    }

    private static string Shorten(string text) => text.Length <= QuotedLength ? text : text[..QuotedLength] + "…";
}
