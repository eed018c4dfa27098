using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Protocol.Errors;

/// <summary>A value of a request and where it stands, so that a complaint names it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Path">Its place, such as <c>messages[2].content</c>; <c>""</c> for the body itself.</param>
internal readonly record struct RequestField(JsonElement Value, string Path)
{
    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    public bool IsArray => Value.ValueKind == JsonValueKind.Array;

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    /// <summary>The body of a request, which must be an object without repeated members.</summary>
    public static RequestField Body(JsonElement value)
    {
        var body = new RequestField(value, "");
        return body.IsObject ? body.AsObject() : throw body.Wrong("The request body must be a JSON object");
    }

    /// <summary>The member; null when it is missing or <c>null</c>.</summary>
    public RequestField? Member(string name) =>
        Value.Member(name) is { } member ? new RequestField(member, At(name)) : null;

    /// <summary>The member, which must be there.</summary>
    public RequestField Need(string name) =>
        Member(name) ?? throw new RequestRejectedException(At(name), "is required");

    /// <summary>The member as an object; null when it is missing.</summary>
    public RequestField? Object(string name) => Member(name)?.AsObject();

    /// <summary>The member as an object, which must be there.</summary>
    public RequestField NeedObject(string name) => Need(name).AsObject();

    /// <summary>The elements of the member; empty when it is missing.</summary>
    public List<RequestField> List(string name) => Member(name)?.Elements() ?? [];

    /// <summary>The elements of this array.</summary>
    public List<RequestField> Elements()
    {
        if (!IsArray)
        {
            throw Wrong("must be an array");
        }

        var elements = new List<RequestField>(Value.GetArrayLength());
        foreach (var element in Value.EnumerateArray())
        {
            elements.Add(new RequestField(element, $"{Path}[{elements.Count}]"));
        }

        return elements;
    }

    /// <summary>This value, which must be an object without repeated members.</summary>
    public RequestField AsObject() =>
        !IsObject ? throw Wrong("must be an object")
        : RepeatedMembers.In(Value) is { } name ? throw new RequestRejectedException(At(name), "is given twice")
        : this;

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

    /// <summary>The member as a whole number of at least <paramref name="least"/>; null when it is missing.</summary>
    public int? Whole(string name, int least)
    {
        if (Member(name) is not { } member)
        {
            return null;
        }

        return
            member.Value.ValueKind == JsonValueKind.Number
            && member.Value.TryGetDouble(out var number)
            && number >= least
            && number <= int.MaxValue
            && number == Math.Floor(number)
            ? (int)number
            : throw member.Wrong($"must be a whole number of at least {least}");
    }

    /// <summary>A complaint about this value.</summary>
    public RequestRejectedException Wrong(string problem) => new(Path, problem);

    private string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
