using System.Text.Json.Serialization;

namespace CodexProxy.Endpoints;

/// <summary>The JSON of what only this folder knows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SignInProgress))]
internal sealed partial class EndpointJson : JsonSerializerContext;
