using System.Net.ServerSentEvents;
using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Launcher;

/// <summary>What a command asks the running server of its state folder.</summary>
/// <param name="home">The state folder.</param>
/// <param name="time">Clock of the deadline.</param>
internal sealed class ServerQuestion(string home, TimeProvider time)
{
    private const int Limit = 64 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks for what lies under a path.</summary>
    /// <param name="path">The path, such as <c>/api/cache</c>.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The body, or a sentence that tells why there is none.</returns>
    public Task<(byte[]? Body, string? Problem)> GetAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, cancellationToken);

    /// <summary>Asks for something to be done.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task<(byte[]? Body, string? Problem)> PostAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, cancellationToken);

    /// <summary>Follows the server's feed.</summary>
    /// <param name="happened">Called with the name and the data of each event.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <returns>Why it ended: the server went away, or there is none.</returns>
    public async Task<string> FollowAsync(Action<string, string> happened, CancellationToken cancellationToken)
    {
        if (new RunningServer(home, time).Recorded() is not { } server)
        {
            return NoServer;
        }

        using var handler = LocalHandler.Create(server.Certificate);
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var request = Request(HttpMethod.Get, server, "/api/feed");
            using var response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            if (!response.IsSuccessStatusCode)
            {
                return Problem(
                    await response.Content.ReadAsByteArrayAsync(cancellationToken),
                    (int)response.StatusCode
                );
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            {
                happened(item.EventType, item.Data);
            }

            return $"The server at {server.ClientUrl} has ended.";
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return Unreachable(server, exception);
        }
    }

    private const string NoServer = $"No server is running; `{ProductInfo.Name} start --background` starts one.";

    private static string Unreachable(ServerRecord server, Exception exception) =>
        $"The server at {server.ClientUrl} cannot be asked: {exception.Message}";

    private HttpRequestMessage Request(HttpMethod method, ServerRecord server, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(new Uri(server.ClientUrl), path));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {LocalKey.OfInstallation(home).Reveal()}");
        request.Headers.TryAddWithoutValidation(ManagementGuard.TokenHeader, server.ManagementToken.Reveal());
        return request;
    }

    private async Task<(byte[]? Body, string? Problem)> AskAsync(
        HttpMethod method,
        string path,
        CancellationToken cancellationToken
    )
    {
        if (new RunningServer(home, time).Recorded() is not { } server)
        {
            return (null, NoServer);
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var handler = LocalHandler.Create(server.Certificate);
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = Limit };
        try
        {
            using var request = Request(method, server, path);
            using var response = await http.SendAsync(request, stop.Token);
            var body = await response.Content.ReadAsByteArrayAsync(stop.Token);
            return response.IsSuccessStatusCode ? (body, null) : (null, Problem(body, (int)response.StatusCode));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (
                null,
                $"The server at {server.ClientUrl} does not answer; `{ProductInfo.Name} restart` replaces it."
            );
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return (null, Unreachable(server, exception));
        }
    }

    private static string Problem(byte[] body, int status)
    {
        try
        {
            using var error = SoundJson.Parse(body);
            return error.RootElement.GetProperty("error").GetProperty("message").GetString()!;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"The server answered {status}. Another version may be running; `{ProductInfo.Name} restart` replaces it.";
        }
    }
}
