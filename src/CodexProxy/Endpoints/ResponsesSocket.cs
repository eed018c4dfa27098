using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using CodexProxy.Answers;
using CodexProxy.Options;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Responses;
using CodexProxy.Records;
using CodexProxy.Relay;

namespace CodexProxy.Endpoints;

/// <summary>
/// <c>GET /v1/responses</c> as a WebSocket: every text frame is a request, served as the endpoint of that name would, one
/// after the other. What a connection has answered last is known as long as it stands.
/// </summary>
internal sealed partial class ResponsesSocket(
    ResponsesExchanges exchanges,
    MessageRelay relay,
    BodyRecorder bodies,
    OptionsSource options,
    TimeProvider timeProvider,
    TurnRecorder recorder,
    Closing closing,
    RelayLog log,
    ILogger<ResponsesSocket> logger
)
{
    // Requests that wait while one is served; a client that sends more waits itself.
    private const int Waiting = 8;

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    /// <summary>Serves one connection to its end.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            var refusal = new RequestRejectedException(
                "",
                "This address takes POST, or GET as a WebSocket.",
                status: StatusCodes.Status426UpgradeRequired
            );
            // Written here, since the way out for what is thrown clears the header.
            await new ClientErrorResult(refusal.Error).ExecuteAsync(http);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var frames = Channel.CreateBounded<byte[]>(Waiting);
        var receiving = ReceiveAsync(socket, frames.Writer, gone);
        // An answer under way may end; while there is none, the connection must not keep the gateway from stopping.
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, closing.Begun);
        var memory = new ConnectionMemory();
        try
        {
            while (!idle.IsCancellationRequested && await frames.Reader.WaitToReadAsync(idle.Token))
            {
                while (!idle.IsCancellationRequested && frames.Reader.TryRead(out var frame))
                {
                    await AnswerAsync(http, socket, frame, memory, gone.Token);
                    RequestIdentity.Renew(http);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, which a frame that cannot be sent may tell first; or the gateway ends.
        }
        finally
        {
            if (closing.Begun.IsCancellationRequested)
            {
                await LeaveAsync(socket, receiving);
            }

            await gone.CancelAsync();
            await receiving;
            await CloseAsync(socket, WebSocketCloseStatus.NormalClosure);
        }
    }

    private async Task AnswerAsync(
        HttpContext http,
        WebSocket socket,
        byte[] frame,
        ConnectionMemory memory,
        CancellationToken gone
    )
    {
        var arrival = Arrival.Begin(http, RequestFace.Responses, timeProvider);
        try
        {
            if (ResponsesCall.ReadFrame(frame) is not { } call)
            {
                return;
            }

            arrival.Model = call.Model;
            arrival.Recording = call.Generates ? bodies.Begin(frame) : null;
            var exchange = exchanges.Prepare(
                call,
                new ResponsesArrival(
                    Caller.Of(http.Request),
                    frame.Length,
                    Caller.Session(http.Request),
                    Connection: memory
                )
            );
            var answer = new SocketAnswer(http, socket, exchange.Face);
            if (call.Generates)
            {
                log.Served(await relay.ServeAsync(arrival.Hand(exchange.Request), answer, gone));
                return;
            }

            answer.Add(exchange.WarmUp(call, NewId(), timeProvider.GetUtcNow()));
            answer.Take();
            await answer.CompleteAsync(gone);
        }
        catch (RequestRejectedException rejected)
        {
            recorder.KeepRejected(http, rejected.Error);
            await ReportAsync(socket, rejected.Error, gone);
        }
        catch (Exception exception) when (!gone.IsCancellationRequested && exception is not OperationCanceledException)
        {
            LogFault(exception, http.TraceIdentifier);
            recorder.KeepRejected(http, ClientError.Internal);
            await ReportAsync(socket, ClientError.Internal, gone);
        }
    }

    // Reads on while an answer is under way, since only so is it seen that the client has gone.
    private async Task ReceiveAsync(WebSocket socket, ChannelWriter<byte[]> frames, CancellationTokenSource gone)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            using var frame = new MemoryStream();
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), gone.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                frame.Write(buffer, 0, received.Count);
                if (frame.Length > options.Current.Server.BodyLimit)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, gone.Token);
                    return;
                }

                if (received.EndOfMessage)
                {
                    await frames.WriteAsync(frame.ToArray(), gone.Token);
                    frame.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // However it ended, it has ended.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            frames.Complete();
            await gone.CancelAsync();
        }
    }

    private static async Task ReportAsync(WebSocket socket, ClientError error, CancellationToken gone)
    {
        try
        {
            await socket.SendAsync(
                ResponsesFailures.Translate(error).ToFrame(),
                WebSocketMessageType.Text,
                endOfMessage: true,
                gone
            );
        }
        catch (WebSocketException)
        {
            throw new OperationCanceledException("The client has closed the connection.");
        }
    }

    // An end of the reading would break the connection, so the client's word to the close is waited for.
    private async Task LeaveAsync(WebSocket socket, Task receiving)
    {
        await CloseAsync(socket, WebSocketCloseStatus.EndpointUnavailable);
        try
        {
            await receiving.WaitAsync(CloseLimit, timeProvider);
        }
        catch (TimeoutException)
        {
            // It has been told.
        }
    }

    private async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(CloseLimit, timeProvider);
            await socket.CloseOutputAsync(status, null, limit.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            socket.Abort();
        }
    }

    private static string NewId() => $"resp_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";

    [LoggerMessage(Level = LogLevel.Error, Message = "A frame of {RequestId} failed inside the program.")]
    private partial void LogFault(Exception exception, string requestId);
}
