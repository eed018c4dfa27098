using CodexProxy.Answers;
using CodexProxy.Options;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary><c>POST /v1/chat/completions</c>: reads, translates and relays one request.</summary>
internal sealed class ChatEndpoint(
    RequestTranslation translation,
    MessageRelay relay,
    BodyRecorder bodies,
    OptionsSource options,
    TimeProvider timeProvider,
    RelayLog log
)
{
    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var arrival = Arrival.Begin(http, RequestFace.Chat, timeProvider);
        TranslatedRequest translated;
        using (var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit))
        using (var request = ChatRequest.Read(body.Bytes))
        {
            arrival.Model = request.Model;
            arrival.Recording = bodies.Begin(body.Bytes);
            translated = translation.Translate(request, http.Request.Headers);
        }

        using var answer = new TranslatedAnswer<ChatChunk>(http, ChatFace.Instance, translated.Context.Stream);
        log.Served(await relay.ServeAsync(arrival.Hand(translated), answer, http.RequestAborted));
    }
}
