using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>Content that already has its upstream form: what another client protocol says and this one has no word for.</summary>
internal sealed record PreparedBlock(ContentPart Part) : ContentBlock;

/// <summary>A call of a custom tool, which this protocol does not have.</summary>
/// <param name="Id">The client's id of it.</param>
/// <param name="Name">Tool name.</param>
/// <param name="Input">The text the model wrote.</param>
internal sealed record CustomCallBlock(string Id, string Name, string Input) : ContentBlock;
