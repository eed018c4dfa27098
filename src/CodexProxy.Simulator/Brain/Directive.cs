using System.Text.Json;
using CodexProxy.Simulator.Requests;
using CodexProxy.Simulator.Scripting;

namespace CodexProxy.Simulator.Brain;

/// <summary>A line of the person's text that asks for one tool call, such as <c>run: ls</c>.</summary>
/// <param name="Verb">The word before the colon.</param>
/// <param name="Rest">What follows it.</param>
internal sealed record Directive(string Verb, string Rest)
{
    private static readonly string[] Verbs =
    [
        "run",
        "read",
        "write",
        "edit",
        "agent",
        "fetch",
        "search",
        "load",
        "call",
    ];

    /// <summary>Line that ends one round of calls; what follows is called after their outputs have come.</summary>
    public const string NextRound = "then:";

    /// <summary>All rounds that a text asks for, each with its calls.</summary>
    public static IReadOnlyList<IReadOnlyList<Directive>> Read(string text)
    {
        var rounds = new List<IReadOnlyList<Directive>>();
        var round = new List<Directive>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Equals(NextRound, StringComparison.OrdinalIgnoreCase))
            {
                rounds.Add(round);
                round = [];
            }
            else if (ReadLine(line) is { } directive)
            {
                round.Add(directive);
            }
        }

        rounds.Add(round);
        return [.. rounds.Where(calls => calls.Count > 0)];
    }

    /// <summary>The call this line means, or null when the tool it needs is not offered.</summary>
    public PlannedCall? Plan(ConversationView conversation) =>
        Verb switch
        {
            "run" => Call(conversation, "Bash", ("command", Rest), ("description", "Run a command")),
            "read" => Call(conversation, "Read", ("file_path", Rest)),
            "write" => Write(conversation),
            "edit" => Edit(conversation),
            "agent" => Call(
                conversation,
                "Agent",
                ("description", "Simulated task"),
                ("prompt", Rest),
                ("subagent_type", "general-purpose")
            ),
            "fetch" => Call(conversation, "WebFetch", ("url", Rest), ("prompt", "Summarise this page.")),
            "search" => Call(conversation, "WebSearch", ("query", Rest)),
            "load" => Call(conversation, "ToolSearch", ("query", $"select:{Rest}")),
            _ => CallAny(conversation),
        };

    private static Directive? ReadLine(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            return null;
        }

        var rest = line[(colon + 1)..].Trim();
        // Matching is exact, so that prose such as "Note: read this" asks for nothing.
        return rest.Length > 0 && Verbs.Contains(line[..colon]) ? new Directive(line[..colon], rest) : null;
    }

    private PlannedCall? Write(ConversationView conversation)
    {
        var (path, content) = Split(Rest, ": ");
        return Call(conversation, "Write", ("file_path", path), ("content", content));
    }

    private PlannedCall? Edit(ConversationView conversation)
    {
        var (path, change) = Split(Rest, ": ");
        var (before, after) = Split(change, " => ");
        return Call(conversation, "Edit", ("file_path", path), ("old_string", before), ("new_string", after));
    }

    /// <summary>Any tool by name, with JSON arguments after it; without them the least the schema allows.</summary>
    private PlannedCall? CallAny(ConversationView conversation)
    {
        var (name, arguments) = Split(Rest, " ");
        if (FindTool(conversation, name) is not { } tool)
        {
            return null;
        }

        return PlannedCall.Of(
            ConversationView.Text(tool, "name")!,
            arguments.Length > 0 ? arguments : SchemaInstance.Of(tool, "parameters")
        );
    }

    private static PlannedCall? Call(
        ConversationView conversation,
        string tool,
        params (string Name, string Value)[] arguments
    ) =>
        conversation.FindTool(tool) is null
            ? null
            : PlannedCall.Of(
                tool,
                HttpReply.JsonText(writer =>
                {
                    foreach (var (name, value) in arguments)
                    {
                        writer.WriteString(name, value);
                    }
                })
            );

    private static JsonElement? FindTool(ConversationView conversation, string name)
    {
        if (conversation.FindTool(name) is { } exact)
        {
            return exact;
        }

        // Whoever shortens a long name keeps its beginning.
        const int kept = 24;
        foreach (var tool in conversation.Tools)
        {
            if (
                name.Length > kept
                && ConversationView.Text(tool, "name")?.StartsWith(name[..kept], StringComparison.Ordinal) == true
            )
            {
                return tool;
            }
        }

        return null;
    }

    private static (string Before, string After) Split(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text.Trim(), "") : (text[..at].Trim(), text[(at + separator.Length)..].Trim());
    }
}
