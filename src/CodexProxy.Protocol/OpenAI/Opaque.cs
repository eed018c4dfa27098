using System.Text.Json;
using System.Text.Json.Serialization;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Members of something a client of this same protocol wrote and this program has no model of. They travel as they are, in
/// their order, the <c>type</c> among them.
/// </summary>
public sealed class OpaqueMembers : Dictionary<string, JsonElement>
{
    private string? _json;

    /// <summary>All of it as compact text, for counting and comparing.</summary>
    public string Json =>
        _json ??= string.Join(',', this.Select(member => $"\"{member.Key}\":{CompactJson.Write(member.Value)}"));

    /// <summary>A member as text; null when it is anything else.</summary>
    public string? Text(string name) =>
        TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>An item that is passed on as it is.</summary>
public sealed record OpaqueItem : InputItem
{
    /// <summary>Its members.</summary>
    [JsonExtensionData]
    public OpaqueMembers Members { get; private set; } = [];

    /// <summary>One with these members.</summary>
    public static OpaqueItem Of(OpaqueMembers members) => new() { Members = members };

    /// <summary>What it is, such as <c>compaction</c>.</summary>
    [JsonIgnore]
    public string? Type => Members.Text("type");

    /// <summary>Whether the model made it.</summary>
    [JsonIgnore]
    public bool IsOutput =>
        Type is { } type && (type.EndsWith("_call", StringComparison.Ordinal) || type == "compaction");

    /// <summary>Whether it answers a call of the model.</summary>
    [JsonIgnore]
    public bool IsCallOutput => Type?.EndsWith("_output", StringComparison.Ordinal) ?? false;

    /// <summary>Asks for the conversation so far as one sealed item, in place of an answer.</summary>
    public const string CompactionTrigger = "compaction_trigger";
}

/// <summary>A content part that is passed on as it is.</summary>
public sealed record OpaquePart : ContentPart
{
    /// <summary>Its members.</summary>
    [JsonExtensionData]
    public OpaqueMembers Members { get; private set; } = [];

    /// <summary>One with these members.</summary>
    public static OpaquePart Of(OpaqueMembers members) => new() { Members = members };
}

/// <summary>A tool that is passed on as it is.</summary>
public sealed record OpaqueTool : ResponsesTool
{
    /// <summary>Its members.</summary>
    [JsonExtensionData]
    public OpaqueMembers Members { get; private set; } = [];

    /// <summary>One with these members.</summary>
    public static OpaqueTool Of(OpaqueMembers members) => new() { Members = members };

    /// <summary>What it is, such as <c>web_search</c>.</summary>
    [JsonIgnore]
    public string? Type => Members.Text("type");
}
