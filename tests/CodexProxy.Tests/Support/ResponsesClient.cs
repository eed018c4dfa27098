using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Tests.Support;

/// <summary>A client of the Responses API, as plain as one can be.</summary>
internal static class ResponsesClient
{
    public const string Agent = "OpenAI/JS 6.49.0";

    public static Task<HttpResponseMessage> RespondAsync(
        this Stage stage,
        string json,
        string path = "/v1/responses",
        string key = "any"
    ) => stage.SendAsync(HttpMethod.Post, path, json, key);

    public static Task<HttpResponseMessage> SendAsync(
        this Stage stage,
        HttpMethod method,
        string path,
        string? json = null,
        string key = "any"
    )
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("user-agent", Agent);
        return stage.Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    public static async Task<ClientWebSocket> ConnectAsync(
        this Stage stage,
        string agent = Agent,
        string? origin = null
    )
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("authorization", "Bearer any");
        socket.Options.SetRequestHeader("user-agent", agent);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("origin", origin);
        }

        var address = new UriBuilder(stage.Gateway.Address) { Scheme = "ws", Path = "/v1/responses" }.Uri;
        await socket.ConnectAsync(address, CancellationToken.None);
        return socket;
    }

    public static async Task SendAsync(this ClientWebSocket socket, string json) =>
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(json),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );

    /// <summary>Reads frames up to the one that ends an answer.</summary>
    public static async Task<List<JsonElement>> ReadAnswerAsync(this ClientWebSocket socket)
    {
        var frames = new List<JsonElement>();
        while (true)
        {
            using var text = new MemoryStream();
            WebSocketReceiveResult received;
            var buffer = new byte[8192];
            do
            {
                received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                text.Write(buffer, 0, received.Count);
            } while (!received.EndOfMessage);

            using var document = JsonDocument.Parse(text.ToArray());
            frames.Add(document.RootElement.Clone());
            if (
                frames[^1].GetProperty("type").GetString()
                is "response.completed"
                    or "response.incomplete"
                    or "response.failed"
                    or "error"
            )
            {
                return frames;
            }
        }
    }
}
