using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Responses;

/// <summary>An item of a finished exchange, in the form that is sent upstream.</summary>
/// <param name="Id">Id the client knows it by; null when it has none.</param>
/// <param name="Item">The item.</param>
public sealed record KeptItem(string? Id, InputItem Item);

/// <summary>A finished exchange that a later request may refer to.</summary>
/// <param name="Id">Id of the response, as the client knows it.</param>
/// <param name="Input">Everything the model was given, items of earlier exchanges first.</param>
/// <param name="Output">What it made of it.</param>
/// <param name="Json">The response as the client was given it; empty when it did not ask to have it stored.</param>
public sealed record KeptResponse(
    string Id,
    IReadOnlyList<KeptItem> Input,
    IReadOnlyList<KeptItem> Output,
    ReadOnlyMemory<byte> Json
);
