using CodexProxy.Answers;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Relay;

/// <summary>A request of the Responses API, ready to be served.</summary>
/// <param name="Request">What is sent upstream.</param>
/// <param name="Answer">What of the answer is the client's own.</param>
/// <param name="Face">How the answer is given.</param>
internal sealed record PreparedExchange(TranslatedRequest Request, ResponsesAnswer Answer, ResponsesFace Face)
{
    /// <summary>Answers without the upstream a request that only readies its connection.</summary>
    public IReadOnlyList<ResponsesEvent> WarmUp(ResponsesCall call, string id, DateTimeOffset now)
    {
        Answer.Finished?.Invoke(new KeptResponse(id, Answer.Input, [], default));
        return Protocol.Responses.WarmUp.Answer(call, id, now.ToUnixTimeSeconds());
    }
}

/// <summary>
/// Makes requests of the Responses API whole, with what earlier ones left, and keeps what comes of them for the later ones.
/// </summary>
internal sealed class ResponsesExchanges(RequestTranslation translation, ResponseStore store)
{
    /// <summary>Translates one request and prepares its answer.</summary>
    /// <param name="call">The request.</param>
    /// <param name="arrival">Where it came from.</param>
    /// <exception cref="RequestRejectedException">It cannot be served.</exception>
    public PreparedExchange Prepare(ResponsesCall call, ResponsesArrival arrival)
    {
        KeptResponse? earlier = null;
        var translated = translation.Translate(
            call,
            new ResponsesFacts(
                arrival.SessionId,
                id => earlier = Find(arrival, id),
                id => arrival.Connection?.FindItem(id) ?? store.FindItem(arrival.Caller, id),
                arrival.Compacts
            )
        );
        var size = arrival.BodySize + (earlier is null ? 0 : SizeOf(arrival, earlier.Id));
        var answer = new ResponsesAnswer
        {
            Echo = call.Echo,
            Input = translated.Input,
            Finished = finished =>
            {
                arrival.Connection?.Keep(finished);
                var kept = call.Store ? finished : finished with { Json = default };
                store.Keep(arrival.Caller, kept, size + finished.Json.Length);
            },
        };
        return new PreparedExchange(translated.Request, answer, new ResponsesFace(answer, arrival.Compacts));
    }

    private KeptResponse? Find(ResponsesArrival arrival, string id) =>
        arrival.Connection?.Find(id) ?? store.Find(arrival.Caller, id)?.Response;

    private long SizeOf(ResponsesArrival arrival, string id) => store.Find(arrival.Caller, id)?.Size ?? 0;
}

/// <summary>Where a request of the Responses API came from.</summary>
/// <param name="Caller">Names the key it came with.</param>
/// <param name="BodySize">Size of its body, bytes.</param>
/// <param name="SessionId">Session, where a header names it.</param>
/// <param name="Compacts">Whether the conversation is to be sealed.</param>
/// <param name="Connection">What its connection remembers; null where every request stands alone.</param>
internal sealed record ResponsesArrival(
    string Caller,
    long BodySize,
    string? SessionId = null,
    bool Compacts = false,
    ConnectionMemory? Connection = null
);

/// <summary>The last exchange of one connection: its next request may go on from it however long it stood still.</summary>
internal sealed class ConnectionMemory
{
    private KeptResponse? _last;

    /// <summary>Keeps an exchange in place of the one before.</summary>
    public void Keep(KeptResponse response) => _last = response;

    /// <summary>The exchange, if it was the last.</summary>
    public KeptResponse? Find(string id) => _last?.Id == id ? _last : null;

    /// <summary>An item of the last exchange.</summary>
    public KeptItem? FindItem(string id) =>
        _last?.Output.FirstOrDefault(item => item.Id == id) ?? _last?.Input.FirstOrDefault(item => item.Id == id);
}
