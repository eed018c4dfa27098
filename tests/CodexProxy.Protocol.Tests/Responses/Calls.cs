using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Responses;

/// <summary>Translates requests of the Responses API written as JSON.</summary>
internal static class Calls
{
    public static TranslatedCall Translate(string json, ResponsesFacts? facts = null)
    {
        var call = ResponsesCall.Read(Encoding.UTF8.GetBytes(json));
        return ResponsesCallTranslator.Translate(
            call,
            facts ?? new ResponsesFacts(null, _ => null, _ => null),
            new TranslationSettings
            {
                Model = ModelResolver.Resolve(call.Model, ModelCatalogue.Embedded, new ModelRules())!,
                DefaultEffort = null,
            }
        );
    }

    /// <summary>What is sent, as JSON.</summary>
    public static JsonElement Sent(string json, ResponsesFacts? facts = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        OpenAIJson.Write(buffer, Translate(json, facts).Request.Body);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    /// <summary>A request with these members.</summary>
    public static string With(string members) => $$"""{"model":"gpt-5.5","input":"a",{{members}}}""";

    /// <summary>A request with these items.</summary>
    public static string WithItems(string items) => $$"""{"model":"gpt-5.5","input":[{{items}}]}""";

    public static void ShouldBeSame(string actual, string expected)
    {
        using var one = JsonDocument.Parse(actual);
        using var other = JsonDocument.Parse(expected);
        JsonComparison.ShouldBeSame(one.RootElement, other.RootElement, "$");
    }

    public static OpenAIError Refusal(string json) =>
        ResponsesFailures.Translate(Should.Throw<RequestRejectedException>(() => Translate(json)).Error);
}
