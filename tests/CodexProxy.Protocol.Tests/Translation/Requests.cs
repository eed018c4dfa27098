using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Translates requests written as JSON.</summary>
internal static class Requests
{
    public static TranslatedRequest Translate(
        string json,
        Func<TranslationSettings, TranslationSettings>? configure = null
    )
    {
        using var request = MessagesRequest.Read(Encoding.UTF8.GetBytes(json));
        var settings = new TranslationSettings
        {
            Model = ModelResolver.Resolve(request.Model, ModelCatalogue.Embedded, new ModelRules())!,
        };
        return RequestTranslator.Translate(
            request,
            new RequestFacts("3f2a9c10-7b1e-4d58-9a6f-0c2d5e8b1a77"),
            configure?.Invoke(settings) ?? settings
        );
    }

    public static ResponsesRequest Body(string json) => Translate(json).Body;

    /// <summary>A request with these messages.</summary>
    public static string WithMessages(string messages, string members = "") =>
        $$"""{"model":"claude-opus-5-5","max_tokens":4096,{{members}}"messages":[{{messages}}]}""";

    public static ClientError Refusal(string json) =>
        Should.Throw<RequestRejectedException>(() => Translate(json)).Error;

    public static string Text(InputItem item) =>
        item is MessageItem message
            ? string.Concat(
                message.Content.Select(part => part is InputText text ? text.Text : ((OutputText)part).Text)
            )
            : ((FunctionCallOutputItem)item).Output.Text!;

    public static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
