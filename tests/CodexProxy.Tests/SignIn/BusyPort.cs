using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CodexProxy.Tests.SignIn;

/// <summary>Some other program on a port, which answers 404 to everything and stays.</summary>
internal sealed class BusyPort : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BusyPort()
    {
        _listener.Start();
        _ = AnswerAsync();
    }

    public int Number => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var buffer = new byte[4096];
                var length = await stream.ReadAsync(buffer);
                Requests.Enqueue(Encoding.ASCII.GetString(buffer, 0, length));
                await stream.WriteAsync(
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()
                );
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
