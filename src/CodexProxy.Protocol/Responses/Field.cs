using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Responses;

/// <summary>A value of the request and where it stands, so that a complaint names it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Path">Its place, such as <c>input[2].content</c>; <c>""</c> for the body itself.</param>
internal readonly record struct Field(JsonElement Value, string Path)
{
    public bool IsText => Value.ValueKind == JsonValueKind.String;

    /// <summary>The member; null when it is missing or <c>null</c>.</summary>
    public Field? Member(string name) => Value.Member(name) is { } member ? new Field(member, At(name)) : null;

    /// <summary>The member, which must be there.</summary>
    public Field Need(string name) => Member(name) ?? throw OpenAIError.Refuse(At(name), "is required");

    /// <summary>The member as an object; null when it is missing.</summary>
    public Field? Object(string name) => Member(name)?.AsObject();

    /// <summary>The elements of the member; empty when it is missing.</summary>
    public List<Field> List(string name) => Member(name)?.Elements() ?? [];

    /// <summary>This value, which must be an object without repeated members.</summary>
    public Field AsObject() =>
        Value.ValueKind != JsonValueKind.Object ? throw Wrong("must be an object")
        : RepeatedMembers.In(Value) is { } name ? throw OpenAIError.Refuse(At(name), "is given twice")
        : this;

    /// <summary>The elements of this array.</summary>
    public List<Field> Elements()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("must be an array");
        }

        var elements = new List<Field>(Value.GetArrayLength());
        foreach (var element in Value.EnumerateArray())
        {
            elements.Add(new Field(element, $"{Path}[{elements.Count}]"));
        }

        return elements;
    }

    /// <summary>This value as text.</summary>
    public string AsText() => IsText ? Value.GetString()! : throw Wrong("must be a string");

    /// <summary>The member as text; null when it is missing.</summary>
    public string? Text(string name) => Member(name)?.AsText();

    /// <summary>The member as text, which must be there and not be empty.</summary>
    public string NeedText(string name)
    {
        var member = Need(name);
        return member.AsText() is { Length: > 0 } text ? text : throw member.Wrong("must not be empty");
    }

    /// <summary>The member as truth value; null when it is missing.</summary>
    public bool? Truth(string name) =>
        Member(name) switch
        {
            null => null,
            { Value.ValueKind: JsonValueKind.True } => true,
            { Value.ValueKind: JsonValueKind.False } => false,
            { } other => throw other.Wrong("must be true or false"),
        };

    /// <summary>A complaint about this value.</summary>
    public RequestRejectedException Wrong(string problem) => OpenAIError.Refuse(Path, problem);

    private string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
