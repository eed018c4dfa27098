using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.BadInput;

/// <summary>Bad requests as frames of one WebSocket: each is answered, and none ends the connection.</summary>
public sealed class BadFrameTests
{
    private const string Create = "\"type\":\"response.create\",";

    [Fact]
    public async Task A_bad_frame_is_refused_and_the_connection_goes_on()
    {
        await using var stage = await Stage.StartAsync(new SimulatorOptions { CheckSeals = false });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(stage.Gateway.Address) { Scheme = "ws", Path = "/v1/responses" }.Uri;
        await socket.ConnectAsync(address, limit.Token);
        var good = AsFrame(Encoding.UTF8.GetBytes(GoodRequests.Responses));
        // Text that is none ends a WebSocket by its own rules.
        var frames = ProtocolFace
            .Responses.BadRequests()
            .Where(request => request.Kind is not (Mutations.BrokenUtf8 or Mutations.LongText or "large"))
            .Where(request => request is { Field.Length: > 0 } or { Kind: Mutations.Cut })
            .Where((_, index) => index % 4 == 0)
            .ToList();

        foreach (var request in frames)
        {
            var (type, status) = await AskAsync(socket, AsFrame(request.Body), limit.Token);

            (type == "response.completed" || (type == "error" && status is >= 400 and < 500)).ShouldBeTrue(
                $"{request}: {type} {status}"
            );
        }

        frames.Count.ShouldBeGreaterThanOrEqualTo(300);
        (await AskAsync(socket, good, limit.Token)).Type.ShouldBe("response.completed");
        stage.Gateway.Log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static byte[] AsFrame(byte[] body) =>
        body is [(byte)'{', .. var members] ? [(byte)'{', .. Encoding.UTF8.GetBytes(Create), .. members] : body;

    private static async Task<(string? Type, int Status)> AskAsync(
        ClientWebSocket socket,
        byte[] frame,
        CancellationToken cancellationToken
    )
    {
        await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (true)
        {
            using var answer = JsonDocument.Parse(await ReceiveAsync(socket, cancellationToken));
            var type = answer.RootElement.GetProperty("type").GetString();
            if (type is "error" or "response.completed" or "response.failed" or "response.incomplete")
            {
                return (type, answer.RootElement.TryGetProperty("status", out var status) ? status.GetInt32() : 0);
            }
        }
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            received.MessageType.ShouldBe(WebSocketMessageType.Text, $"{socket.CloseStatus}");
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }
}
