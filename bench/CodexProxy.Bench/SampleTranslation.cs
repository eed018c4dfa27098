using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Bench;

/// <summary>Translates the sample request with the settings of a fresh gateway.</summary>
internal static class SampleTranslation
{
    private static readonly RequestFacts Facts = new(
        "6f1f2a3c-0000-4000-8000-000000000001",
        UserAgent: "claude-cli/2.1.0 (external, cli)"
    );

    private static readonly ResolvedModel Model =
        ModelResolver.Resolve("claude-sonnet-4-6", ModelCatalogue.Embedded, new ModelRules())
        ?? throw new InvalidOperationException("The sample's model is unknown.");

    /// <summary>Translates one request.</summary>
    public static TranslatedRequest Translate(MessagesRequest request) =>
        RequestTranslator.Translate(request, Facts, new TranslationSettings { Model = Model });
}
