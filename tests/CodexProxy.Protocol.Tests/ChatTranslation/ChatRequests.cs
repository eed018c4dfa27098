using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>Translates Chat requests written as JSON.</summary>
internal static class ChatRequests
{
    public static TranslatedRequest Translate(
        string json,
        Func<TranslationSettings, TranslationSettings>? configure = null,
        RequestFacts? facts = null
    ) => Translate(Encoding.UTF8.GetBytes(json), configure, facts);

    public static TranslatedRequest Translate(
        byte[] json,
        Func<TranslationSettings, TranslationSettings>? configure = null,
        RequestFacts? facts = null
    )
    {
        using var request = ChatRequest.Read(json);
        var settings = new TranslationSettings
        {
            Model = ModelResolver.Resolve(request.Model, ModelCatalogue.Embedded, new ModelRules())!,
        };
        return ChatRequestTranslator.Translate(
            request,
            facts ?? new RequestFacts(),
            configure?.Invoke(settings) ?? settings
        );
    }

    /// <summary>What is sent for these messages.</summary>
    public static ResponsesRequest Body(string messages, string members = "") =>
        Translate(WithMessages(messages, members)).Body;

    /// <summary>A request with these messages, and these members before them.</summary>
    public static string WithMessages(string messages, string members = "", string model = "gpt-5.6-sol") =>
        $$"""{"model":"{{model}}",{{members}}"messages":[{{messages}}]}""";

    /// <summary>A request with these members.</summary>
    public static string With(string members) => WithMessages("""{"role":"user","content":"a"}""", members);

    public static OpenAIError Refusal(string json) => Refusal(() => Translate(json));

    /// <summary>What the client is told when this is refused.</summary>
    public static OpenAIError Refusal(Action refused) =>
        ChatFailures.Translate(Should.Throw<RequestRejectedException>(refused).Error);
}
