using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Launcher;

/// <summary>Who answers at an address.</summary>
internal enum Listener
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>A codex-proxy.</summary>
    CodexProxy,

    /// <summary>Something else, or something that does not answer in time.</summary>
    Other,
}

/// <summary>Asks addresses of this machine whether a codex-proxy answers there.</summary>
/// <param name="time">Clock of the deadlines.</param>
internal sealed class PortProbe(TimeProvider time)
{
    // A busy machine may let a healthy server wait.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks one address.</summary>
    /// <param name="address">Scheme, host and port.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<Listener> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var handler = LocalHandler.ForAnybody();
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = 64 * 1024 };
        try
        {
            using var response = await http.GetAsync(new Uri($"{address}/health"), stop.Token);
            var body = await response.Content.ReadAsByteArrayAsync(stop.Token);
            return response.StatusCode == HttpStatusCode.OK && IsHealth(body) ? Listener.CodexProxy : Listener.Other;
        }
        catch (HttpRequestException exception) when (exception.InnerException is SocketException)
        {
            return Listener.None;
        }
        catch (HttpRequestException)
        {
            return Listener.Other;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Listener.Other;
        }
    }

    private static bool IsHealth(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = SoundJson.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String
                && status.ValueEquals("ok"u8)
                && root.TryGetProperty("version", out _)
                && root.TryGetProperty("signed_in", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
