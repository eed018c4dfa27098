using System.Net;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary><c>POST /debug/translate</c>: shows what a request would become; <c>?api=</c> names its protocol. Nothing is sent anywhere.</summary>
internal sealed class TranslateEndpoint(TranslationPreview preview, OptionsSource options)
{
    /// <summary>Answers with both bodies and what was decided about them.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        // It repeats a whole prompt: only for this machine, and only for who can read the record of this run.
        if (http.Connection.RemoteIpAddress is not { } caller || !IPAddress.IsLoopback(caller))
        {
            throw new RequestRejectedException(ClientError.Forbidden("Only this machine may ask for this."));
        }

        ManagementGuard.Require(http);
        var api = http.Request.Query["api"] is [{ } word] ? word : ClientProtocols.Words[0];
        if (ClientProtocols.Of(api) is not { } protocol)
        {
            throw new RequestRejectedException(
                ClientError.Invalid($"api: must be one of {string.Join(", ", ClientProtocols.Words)}")
            );
        }

        using var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit);
        var previewed = preview.Make(body.Bytes, protocol, http.Request.Headers, Caller.Of(http.Request));
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.WriterOptions);
        previewed.Write(writer);
        await writer.FlushAsync(http.RequestAborted);
    }
}
