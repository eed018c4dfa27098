using System.Net;
using System.Net.Sockets;
using CodexProxy.Feed;
using CodexProxy.Records;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Faults;

/// <summary>An upstream that cannot be reached, over real sockets.</summary>
public sealed class ConnectFaultTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var fault in new[] { "name", "refused", "tls" })
            {
                foreach (var face in ClientFace.All.Where(face => face.Agent == ClientFace.AnyAgent))
                {
                    cases.Add(fault, face.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_connection_is_a_status_before_anything_is_promised(string fault, string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var closing = CloseAllAsync(listener);
        var upstream = fault switch
        {
            // A name that no resolver may know.
            "name" => "https://no-such-host.invalid/backend-api",
            // A port that nobody may listen on for others to connect to.
            "refused" => "http://127.0.0.1:1/backend-api",
            _ => $"https://localhost:{port}/backend-api",
        };
        var face = ClientFace.All.First(face => face.Name == name);
        await using var stage = await Stage.StartAsync(configure: options =>
            options with
            {
                Upstream = options.Upstream with { BaseUrl = new Uri(upstream) },
            }
        );

        using var response = await stage.Gateway.Http.PostAsync(
            face.Path,
            new ByteArrayContent(face.Request("Hello.")),
            TestContext.Current.CancellationToken
        );

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldContain("The upstream could not be reached.");
        stage.Gateway.Get<InFlightBook>().Now.ShouldBeEmpty();
        var record = stage.Gateway.Get<RequestBook>().OnlyRecord();
        record.Failure.ShouldBe("Unreachable");
        record.Attempts.Count.ShouldBe(3);
        listener.Stop();
        await closing;
    }

    [Theory]
    [InlineData("Messages, whole")]
    [InlineData("Messages, streamed")]
    [InlineData("Responses, streamed")]
    public async Task A_connection_that_never_answers_is_given_up_after_the_limit_of_silence(string name)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var face = ClientFace.All.First(face => face.Name == name);
        var time = new ManualTime();
        await using var stage = await Stage.StartAsync(
            time: time,
            configure: options =>
                options with
                {
                    Upstream = options.Upstream with { BaseUrl = new Uri($"http://127.0.0.1:{port}/backend-api") },
                }
        );

        // Connections are made, since the system accepts them, and nobody ever reads.
        var asked = stage.Gateway.Http.PostAsync(
            face.Path,
            new ByteArrayContent(face.Request("Hello.")),
            TestContext.Current.CancellationToken
        );
        while (!SpinWait.SpinUntil(() => asked.IsCompleted, TimeSpan.FromMilliseconds(20)))
        {
            time.Advance(TimeSpan.FromSeconds(10));
        }

        using var response = await asked;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(face.Streams ? HttpStatusCode.OK : HttpStatusCode.GatewayTimeout);
        text.ShouldContain("Upstream sent nothing for");
        stage.Gateway.Get<InFlightBook>().Now.ShouldBeEmpty();
        var record = stage.Gateway.Get<RequestBook>().OnlyRecord();
        record.Failure.ShouldBe("Silence");
        record.Attempts.Count.ShouldBe(3);
    }

    private static async Task CloseAllAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                // Plain bytes where a handshake is expected.
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
