using CodexProxy.Answers;
using CodexProxy.Codex;
using CodexProxy.Options;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tokens;
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
    OptionsSource options,
    TimeProvider timeProvider,
    RelayLog log
)
{
    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var arrived = timeProvider.GetTimestamp();
        if (VendorClient.Sent(http.Request))
        {
            await PassOnAsync(http, arrived);
            return;
        }

        var exchange = await ReadAsync(http, compacts: false);
        await AnswerAsync(http, exchange, exchange.Request.Context.Stream, arrived);
    }

    /// <summary>Seals a conversation into one item.</summary>
    public async Task CompactAsync(HttpContext http)
    {
        var arrived = timeProvider.GetTimestamp();
        await AnswerAsync(http, await ReadAsync(http, compacts: true), streams: false, arrived);
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

    private async Task<PreparedExchange> ReadAsync(HttpContext http, bool compacts)
    {
        using var body = await RequestBody.ReadAsync(http, options.Current.Server.BodyLimit);
        return exchanges.Prepare(
            ResponsesCall.Read(body.Bytes),
            new ResponsesArrival(Caller.Of(http.Request), body.Bytes.Length, Caller.Session(http.Request), compacts)
        );
    }

    private async Task AnswerAsync(HttpContext http, PreparedExchange exchange, bool streams, long arrived)
    {
        using var answer = new TranslatedAnswer<ResponsesEvent>(http, exchange.Face, streams);
        log.Served(await relay.ServeAsync(new RelayedRequest(exchange.Request, arrived), answer, http.RequestAborted));
    }

    private async Task PassOnAsync(HttpContext http, long arrived)
    {
        using var body = await RequestBody.ReadWireAsync(http, options.Current.Server.BodyLimit);
        var headers = http.Request.Headers.SelectMany(header =>
            header.Value.Select(value => new KeyValuePair<string, string>(header.Key, value ?? ""))
        );
        await vendor.ServeAsync(
            http,
            new VendorRequest([.. headers], body.Bytes),
            VendorClient.Conversation(http.Request),
            VendorClient.Model(http.Request, body.Bytes.Span),
            arrived
        );
    }
}
