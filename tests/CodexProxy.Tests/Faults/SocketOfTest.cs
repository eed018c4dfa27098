using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CodexProxy.Tests.Faults;

/// <summary>The gateway's side of a socket over which a client sends one request and reads its answer, which is kept as events.</summary>
internal sealed class SocketOfTest(byte[] request, Stream written) : WebSocket, IHttpWebSocketFeature
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _asked;

    /// <summary>Whether the connection was broken.</summary>
    public bool IsCut { get; private set; }

    public bool IsWebSocketRequest => true;

    public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => Task.FromResult<WebSocket>(this);

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        if (!_asked)
        {
            _asked = true;
            request.CopyTo(buffer);
            return new ValueWebSocketReceiveResult(request.Length, WebSocketMessageType.Text, endOfMessage: true);
        }

        await _over.Task.WaitAsync(cancellationToken);
        return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer,
        WebSocketMessageType messageType,
        bool endOfMessage,
        CancellationToken cancellationToken
    )
    {
        using var frame = JsonDocument.Parse(buffer);
        var type = frame.RootElement.GetProperty("type").GetString();
        written.Write(Encoding.UTF8.GetBytes($"event: {type}\ndata: {frame.RootElement.GetRawText()}\n\n"));
        if (type is "response.completed" or "response.incomplete" or "response.failed" or "error")
        {
            _over.TrySetResult();
        }

        return Task.CompletedTask;
    }

    public override void Abort()
    {
        IsCut = true;
        _over.TrySetResult();
    }

    public override WebSocketState State => _over.Task.IsCompleted ? WebSocketState.Closed : WebSocketState.Open;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override string? SubProtocol => null;

    public override Task CloseAsync(WebSocketCloseStatus status, string? description, CancellationToken cancellation) =>
        CloseOutputAsync(status, description, cancellation);

    public override Task CloseOutputAsync(
        WebSocketCloseStatus status,
        string? description,
        CancellationToken cancellation
    )
    {
        _over.TrySetResult();
        return Task.CompletedTask;
    }

    public override Task<WebSocketReceiveResult> ReceiveAsync(
        ArraySegment<byte> buffer,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public override void Dispose() { }
}
