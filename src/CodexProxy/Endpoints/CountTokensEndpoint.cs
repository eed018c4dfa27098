using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary><c>POST /v1/messages/count_tokens</c>: counts here, the backend has no such call.</summary>
internal sealed class CountTokensEndpoint(
    RequestTranslation translation,
    UsageCalibration calibration,
    OptionsSource options
)
{
    /// <summary>Counts the tokens of one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        TranslatedRequest translated;
        using (var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit))
        using (var request = MessagesRequest.Read(body.Bytes))
        {
            translated = translation.Translate(request, http.Request.Headers, requireMaxTokens: false);
        }

        var context = translated.Context;
        var count = calibration.Estimate(translated.Body, context.Model, context.CacheKey);
        var cleared = context.AppliedEdits.Sum(edit => edit.ClearedInputTokens);
        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, count);
        if (context.AppliedEdits.Count > 0)
        {
            writer.WriteStartObject("context_management"u8);
            writer.WriteNumber("original_input_tokens"u8, count + cleared);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        await writer.FlushAsync(http.RequestAborted);
    }
}
