using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>The tools as they are sent, and what the way back needs of them.</summary>
internal sealed class ToolTranslation
{
    private readonly Dictionary<string, string> _upstreamNames = [];
    private readonly HashSet<string> _taken = [];

    /// <summary>Tools in wire order.</summary>
    public List<ResponsesTool> Sent { get; } = [];

    /// <summary>Upstream name → the client's, where they differ.</summary>
    public Dictionary<string, ToolIdentity> WayBack { get; } = [];

    public List<string> BlockedDomains { get; } = [];

    public List<ScrubbedArgument> ScrubbedArguments { get; } = [];

    public int? SearchMaxUses { get; set; }

    public bool HasHostedSearch { get; set; }

    public bool HasHostedFetch { get; set; }

    /// <summary>Names of hosted tools in the request, for a choice that names one.</summary>
    public HashSet<string> HostedNames { get; } = [];

    /// <summary>Names a tool of the list, the second of two that shorten alike included.</summary>
    public string Name(string name)
    {
        var upstream = ToolNames.Shorten(name);
        if (!_taken.Add(upstream))
        {
            upstream = ToolNames.ShortenSecond(name);
            _taken.Add(upstream);
        }

        _upstreamNames.TryAdd(name, upstream);
        Restore(upstream, name);
        return upstream;
    }

    /// <summary>Adds a function of the client.</summary>
    /// <returns>False when its schema could not be enforced as asked.</returns>
    public bool AddFunction(string clientName, string? description, JsonElement? schema, bool strict)
    {
        var prepared = PreparedSchema.Of(schema);
        var name = Name(clientName);
        Sent.Add(new FunctionTool(name, description, prepared.Schema, strict && prepared.AllowsStrict));
        foreach (var key in prepared.NeverEmpty)
        {
            ScrubbedArguments.Add(new ScrubbedArgument(name, key));
        }

        if (clientName == "Read" && prepared.OptionalTexts.Contains("pages"))
        {
            ScrubbedArguments.Add(new ScrubbedArgument(name, "pages"));
        }

        return !strict || prepared.AllowsStrict;
    }

    /// <summary>The sent tool of this client name; null when there is none.</summary>
    public ResponsesTool? Find(string name) =>
        _upstreamNames.TryGetValue(name, out var upstream) ? Sent.Find(tool => NameOf(tool) == upstream) : null;

    /// <summary>The upstream name of a tool in the history, whether or not it is still in the list.</summary>
    public string UpstreamName(string name)
    {
        if (_upstreamNames.TryGetValue(name, out var known))
        {
            return known;
        }

        var upstream = ToolNames.Shorten(name);
        Restore(upstream, name);
        return upstream;
    }

    /// <summary>The client's choice in upstream words.</summary>
    /// <exception cref="RequestRejectedException">It names a tool that is not there, or demands one where there is none.</exception>
    public ResponsesToolChoice Choose(ToolChoice? choice)
    {
        switch (choice?.Type)
        {
            case "any" when Sent.Count == 0:
                throw Rejected("tool_choice: 'any' requires at least one tool that can be called");
            case "any":
                return ResponsesToolChoice.Required;
            case "none":
                return ResponsesToolChoice.None;
            case "tool" when choice.Name is { } name && _upstreamNames.TryGetValue(name, out var upstream):
                return ResponsesToolChoice.Function(upstream);
            case "tool" when choice.Name is { } hosted && HostedNames.Contains(hosted):
                return Sent.Count == 1 ? ResponsesToolChoice.Required : ResponsesToolChoice.WebSearch;
            case "tool":
                throw Rejected($"Tool '{Excerpt.Quote(choice.Name ?? "")}' not found in provided tools");
            default:
                return ResponsesToolChoice.Auto;
        }
    }

    private static string? NameOf(ResponsesTool tool) =>
        tool switch
        {
            FunctionTool function => function.Name,
            CustomTool custom => custom.Name,
            _ => null,
        };

    private void Restore(string upstream, string name)
    {
        if (upstream != name)
        {
            WayBack.TryAdd(upstream, new ToolIdentity(name));
        }
    }

    private static RequestRejectedException Rejected(string message) => new(ClientError.Invalid(message));
}
