using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CodexProxy.SignIn;

/// <summary>Asks a sign-in that already waits on a port to make room, as the issuer's own client does.</summary>
internal static class CourtesyCancel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Sends the request and waits for the answer's end, 2 s at most. Whether it helped shows at the next try.</summary>
    public static async Task SendAsync(int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, linked.Token);
            await using var stream = client.GetStream();
            var request = $"GET /cancel HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), linked.Token);
            await stream.CopyToAsync(Stream.Null, linked.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // Whoever it is does not listen to us; the next try, or the next port, decides.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Or does not answer.
        }
    }
}
