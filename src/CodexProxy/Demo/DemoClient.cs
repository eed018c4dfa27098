using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Demo;

/// <summary>The client of the demo: sends requests as Claude Code does and shows what comes back.</summary>
/// <param name="gateway">Where the gateway listens.</param>
/// <param name="screen">Where it is shown.</param>
internal sealed class DemoClient(Uri gateway, DemoScreen screen) : IDisposable
{
    private readonly HttpMessageInvoker _connections = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        }
    );

    /// <summary>Sends one request and reads its stream to the end.</summary>
    /// <exception cref="DemoFailedException">The answer was an error, or ended too early.</exception>
    public async Task<DemoMessage> AskAsync(byte[] body, CancellationToken cancellationToken)
    {
        using (var json = SoundJson.Parse(body))
        {
            screen.ClientRequest(DemoText.OfClientRequest(json.RootElement));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, "/v1/messages?beta=true"))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("accept", "application/json");
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {DemoStage.Key}");
        request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        request.Headers.TryAddWithoutValidation("x-claude-code-session-id", "c0de0000-0000-4000-8000-000000000001");
        using var response = await _connections.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new DemoFailedException($"The gateway answered {(int)response.StatusCode}: {text}");
        }

        var message = new DemoMessage();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            using var json = SoundJson.Parse(item.Data);
            if (item.EventType == "error")
            {
                throw new DemoFailedException($"The stream ended with an error: {item.Data}");
            }

            message.Accept(json.RootElement);
            screen.ClientEvent(DemoText.OfClientEvent(json.RootElement));
        }

        screen.Finish();
        return message.IsComplete ? message : throw new DemoFailedException("The stream ended without message_stop.");
    }

    public void Dispose() => _connections.Dispose();
}
