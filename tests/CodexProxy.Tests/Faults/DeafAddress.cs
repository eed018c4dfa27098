using System.Net;
using System.Net.Sockets;

namespace CodexProxy.Tests.Faults;

/// <summary>
/// An address that answers no attempt to connect, as one behind a network that swallows packets: its queue is full. Once it is
/// opened, what connects is led to another address.
/// </summary>
internal sealed class DeafAddress : IAsyncDisposable
{
    private static readonly TimeSpan Sure = TimeSpan.FromMilliseconds(300);

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queue = [];
    private readonly CancellationTokenSource _end = new();
    private Task _leading = Task.CompletedTask;

    private DeafAddress() { }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static async Task<DeafAddress> MakeAsync()
    {
        var address = new DeafAddress();
        address._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        address._listener.Listen(0);
        // The system takes some more than it was asked for; the first that waits says that no more fit.
        while (await address.IsTakenAsync()) { }

        return address;
    }

    /// <summary>Leads everybody who connects to another address from now on.</summary>
    public void LeadTo(int port)
    {
        _queue.ForEach(socket => socket.Dispose());
        _leading = LeadAsync(port);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        _queue.ForEach(socket => socket.Dispose());
        await _leading;
        _end.Dispose();
    }

    private async Task<bool> IsTakenAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _queue.Add(socket);
        try
        {
            await socket.ConnectAsync(_listener.LocalEndPoint!).WaitAsync(Sure);
            return true;
        }
        catch (TimeoutException)
        {
            socket.Dispose();
            return false;
        }
    }

    private async Task LeadAsync(int port)
    {
        var all = new List<Task>();
        try
        {
            while (true)
            {
                all.Add(JoinAsync(await _listener.AcceptAsync(_end.Token), port));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task JoinAsync(Socket client, int port)
    {
        try
        {
            using var near = new NetworkStream(client, ownsSocket: true);
            using var there = new TcpClient();
            await there.ConnectAsync(IPAddress.Loopback, port, _end.Token);
            await Task.WhenAny(
                near.CopyToAsync(there.GetStream(), _end.Token),
                there.GetStream().CopyToAsync(near, _end.Token)
            );
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // One of the two has gone.
        }
    }
}
