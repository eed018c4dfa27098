using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// One item of <see cref="ResponsesRequest.Input"/>. No item carries an <c>id</c>: with <c>store:false</c> the backend may
/// look ids up, or refuse its own long ones, and all are optional.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MessageItem), "message")]
[JsonDerivedType(typeof(ReasoningItem), "reasoning")]
[JsonDerivedType(typeof(FunctionCallItem), "function_call")]
[JsonDerivedType(typeof(FunctionCallOutputItem), "function_call_output")]
[JsonDerivedType(typeof(CustomToolCallItem), "custom_tool_call")]
[JsonDerivedType(typeof(CustomToolCallOutputItem), "custom_tool_call_output")]
[JsonDerivedType(typeof(WebSearchCallItem), "web_search_call")]
[JsonDerivedType(typeof(AdditionalToolsItem), "additional_tools")]
public abstract record InputItem;

/// <summary>Text, images and files of one speaker.</summary>
/// <param name="Role"><c>user</c>, <c>developer</c> or <c>assistant</c>; <c>system</c> is refused upstream.</param>
/// <param name="Content">Parts in order.</param>
/// <param name="Phase"><c>commentary</c> or <c>final_answer</c> on assistant messages, else absent.</param>
public sealed record MessageItem(string Role, IReadOnlyList<ContentPart> Content, string? Phase = null) : InputItem;

/// <summary>Sealed reasoning, replayed directly before the item it led to.</summary>
/// <param name="EncryptedContent">Verbatim from <c>output_item.done</c>.</param>
public sealed record ReasoningItem(string EncryptedContent) : InputItem
{
    /// <summary>Always empty: the sealed content carries everything.</summary>
    [JsonPropertyOrder(-1)]
    public IReadOnlyList<JsonElement> Summary => [];

    /// <summary>First 8 hex digits of the sealing account id's SHA-256, if known; never sent.</summary>
    [JsonIgnore]
    public string? SealedBy { get; init; }
}

/// <summary>A call the model made.</summary>
/// <param name="CallId">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Name">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Arguments">Compact JSON text.</param>
/// <param name="Namespace"><c>functions</c> in the lite shape, else absent.</param>
public sealed record FunctionCallItem(string CallId, string Name, string Arguments, string? Namespace = null)
    : InputItem;

/// <summary>The answer to a call. The backend demands exactly one for each call.</summary>
/// <param name="CallId">The call's id.</param>
/// <param name="Output">Text, or parts when an image is among them.</param>
public sealed record FunctionCallOutputItem(string CallId, CallOutput Output) : InputItem;

/// <summary>A call of a custom tool, whose input is free text.</summary>
/// <param name="CallId">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Name">At most 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Input">The text the model wrote.</param>
/// <param name="Namespace"><c>functions</c> in the lite shape, else absent.</param>
public sealed record CustomToolCallItem(string CallId, string Name, string Input, string? Namespace = null) : InputItem;

/// <summary>The answer to a call of a custom tool.</summary>
/// <param name="CallId">The call's id.</param>
/// <param name="Output">Text, or parts when an image is among them.</param>
public sealed record CustomToolCallOutputItem(string CallId, CallOutput Output) : InputItem;

/// <summary>A hosted search of an earlier turn.</summary>
/// <param name="Action">What was done.</param>
public sealed record WebSearchCallItem(WebSearchAction Action) : InputItem
{
    /// <summary>History only holds finished searches.</summary>
    [JsonPropertyOrder(-1)]
    public string Status => "completed";
}

/// <summary>Action of a hosted search: <c>search</c> with a query or <c>open_page</c> with a URL.</summary>
/// <param name="Type"><c>search</c> or <c>open_page</c>.</param>
/// <param name="Query">What was searched for.</param>
/// <param name="Url">What was opened.</param>
public sealed record WebSearchAction(string Type, string? Query = null, string? Url = null);

/// <summary>Lite shape only: the tools as a developer item.</summary>
/// <param name="Role"><c>developer</c>.</param>
/// <param name="Tools">One namespace holding the functions.</param>
public sealed record AdditionalToolsItem(string Role, IReadOnlyList<ResponsesTool> Tools) : InputItem;

/// <summary>One part of a message or of a call output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InputText), "input_text")]
[JsonDerivedType(typeof(OutputText), "output_text")]
[JsonDerivedType(typeof(InputImage), "input_image")]
[JsonDerivedType(typeof(InputFile), "input_file")]
public abstract record ContentPart;

/// <summary>Text the model reads.</summary>
public sealed record InputText(string Text) : ContentPart;

/// <summary>Text the model wrote.</summary>
public sealed record OutputText(string Text) : ContentPart;

/// <summary>An image as data URL or https URL.</summary>
/// <param name="ImageUrl">The URL.</param>
/// <param name="Detail"><c>auto</c>, <c>low</c>, <c>high</c> or <c>original</c>; absent in the lite shape.</param>
public sealed record InputImage(string ImageUrl, string? Detail = "auto") : ContentPart;

/// <summary>A PDF, inline or by URL.</summary>
/// <param name="Filename">Name ending in <c>.pdf</c>; with inline data.</param>
/// <param name="FileData">Data URL.</param>
/// <param name="FileUrl">https URL, instead of the other two.</param>
public sealed record InputFile(string? Filename = null, string? FileData = null, string? FileUrl = null) : ContentPart;

/// <summary>Output of a call: a plain string on the wire when <see cref="Text"/> is set, else an array of parts.</summary>
/// <param name="Text">The whole output as text.</param>
/// <param name="Parts">Text and image parts in order.</param>
[JsonConverter(typeof(CallOutputConverter))]
public readonly record struct CallOutput(string? Text, IReadOnlyList<ContentPart>? Parts)
{
    /// <summary>An output that is plain text.</summary>
    public static implicit operator CallOutput(string text) => new(text, null);

    /// <summary>The same conversion by name.</summary>
    public static CallOutput FromString(string text) => text;
}
