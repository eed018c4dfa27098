using System.Text.Json;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Options;

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
    public async Task<(byte[]? Body, string? Problem)> GetAsync(string path, CancellationToken cancellationToken)
    {
        if (new RunningServer(home, time).Recorded() is not { } server)
        {
            return (null, $"No server is running; `{ProductInfo.Name} start --background` starts one.");
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = Limit };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(server.ClientUrl), path));
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                $"Bearer {LocalKey.OfInstallation(home).Reveal()}"
            );
            request.Headers.TryAddWithoutValidation(ManagementGuard.TokenHeader, server.ManagementToken.Reveal());
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
            return (null, $"The server at {server.ClientUrl} cannot be asked: {exception.Message}");
        }
    }

    private static string Problem(byte[] body, int status)
    {
        try
        {
            using var error = JsonDocument.Parse(body);
            return error.RootElement.GetProperty("error").GetProperty("message").GetString()!;
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"The server answered {status}. Another version may be running; `{ProductInfo.Name} restart` replaces it.";
        }
    }
}
