using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Records;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>
/// <c>POST /v1/responses</c> and what belongs to it: clients that speak the upstream's own protocol, and the vendor's own
/// client, whose bytes are left alone.
/// </summary>
internal sealed class ResponsesEndpoint(
    ResponsesExchanges exchanges,
    MessageRelay relay,
    VendorRelay vendor,
    UsageCalibration calibration,
    BodyRecorder bodies,
    OptionsSource options,
    TimeProvider timeProvider,
    RelayLog log
)
{
    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        if (VendorClient.Sent(http.Request))
        {
            await PassOnAsync(http, Arrival.Begin(http, RequestFace.Vendor, timeProvider));
            return;
        }

        var arrival = Arrival.Begin(http, RequestFace.Responses, timeProvider);
        var exchange = await ReadAsync(http, compacts: false, arrival);
        await AnswerAsync(http, exchange, exchange.Request.Context.Stream, arrival);
    }

    /// <summary>Seals a conversation into one item.</summary>
    public async Task CompactAsync(HttpContext http)
    {
        var arrival = Arrival.Begin(http, RequestFace.Responses, timeProvider);
        await AnswerAsync(http, await ReadAsync(http, compacts: true, arrival), streams: false, arrival);
    }

    /// <summary>Counts the tokens of a request; the backend has no such call.</summary>
    public async Task CountAsync(HttpContext http)
    {
        var (body, context) = (await ReadAsync(http, compacts: false)).Request;
        http.Response.ContentType = "application/json";
        ResponseListing.WriteCount(
            http.Response.BodyWriter,
            calibration.Estimate(body, context.Model, context.CacheKey)
        );
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private async Task<PreparedExchange> ReadAsync(HttpContext http, bool compacts, Arrival? arrival = null)
    {
        using var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit);
        var call = ResponsesCall.Read(body.Bytes);
        if (arrival is not null)
        {
            arrival.Model = call.Model;
            arrival.Recording = bodies.Begin(body.Bytes);
        }

        return exchanges.Prepare(
            call,
            new ResponsesArrival(Caller.Of(http.Request), body.Bytes.Length, Caller.Session(http.Request), compacts)
        );
    }

    private async Task AnswerAsync(HttpContext http, PreparedExchange exchange, bool streams, Arrival arrival)
    {
        using var answer = new TranslatedAnswer<ResponsesEvent>(http, exchange.Face, streams);
        log.Served(await relay.ServeAsync(arrival.Hand(exchange.Request), answer, http.RequestAborted));
    }

    private async Task PassOnAsync(HttpContext http, Arrival arrival)
    {
        using var body = await RequestBody.ReadWireAsync(http, options.Current.Server.BodyLimit);
        var headers = http.Request.Headers.SelectMany(header =>
            header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value ?? ""))
        );
        arrival.Model = VendorClient.Model(http.Request, body.Bytes.Span);
        arrival.Session = Caller.Session(http.Request);
        arrival.AdmitAsItIs(VendorClient.Models(http.Request, body.Bytes.Span));
        await vendor.ServeAsync(
            http,
            new VendorRequest([.. headers], body.Bytes),
            VendorClient.Conversation(http.Request),
            arrival
        );
    }
}
