using System.Net;
using System.Net.Sockets;
using System.Text;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.Security;

/// <summary>What one client can make the gateway hold.</summary>
public sealed class DoorLimitTests
{
    private const string Question = """
        {"model":"gpt-6-luna","stream":true,"messages":[{"role":"user","content":"Hello"}]}
        """;

    [Theory]
    [InlineData("/v1/messages", 529)]
    [InlineData("/v1/chat/completions", 503)]
    [InlineData("/v1/responses", 503)]
    public async Task More_requests_than_may_run_are_told_to_come_again(string path, int status)
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { MaxRequests = 1 },
            }
        );
        using var held = new TcpClient();
        await held.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        // Its body is announced and does not come; the interim answer says that it is being read.
        await held.GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /v1/messages HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
                )
            );
        await held.GetStream().ReadExactlyAsync(new byte[20]);

        using var refused = await gateway.Http.PostAsync(path, new StringContent("{}"));
        using var health = await gateway.Http.GetAsync("/health");

        ((int)refused.StatusCode).ShouldBe(status);
        refused.Headers.GetValues("retry-after").ShouldBe(["1"]);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["true"]);
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task More_connections_than_may_be_open_are_closed()
    {
        await using var gateway = await RunningGateway.StartAsync(options =>
            options with
            {
                Server = options.Server with { MaxConnections = 1 },
            }
        );
        using var held = new TcpClient();
        await held.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        await held.GetStream()
            .WriteAsync(Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n\r\n"));
        await held.GetStream().ReadExactlyAsync(new byte[20]);

        using var second = new TcpClient();
        await second.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        var read = 0;
        try
        {
            read = await second.GetStream().ReadAsync(new byte[1]);
        }
        catch (IOException)
        {
            // Closed all the more plainly.
        }

        read.ShouldBe(0);
    }

    [Theory]
    [InlineData(200, 10)]
    [InlineData(3, 30_000)]
    public async Task Too_many_headers_and_too_large_ones_are_refused(int count, int length)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"x-{i}: {new string('a', length)}\r\n"));

        var answer = await gateway.SendRawAsync(
            $"GET /health HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\n{headers}Connection: close\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 431 ");
    }

    [Fact]
    public async Task While_a_client_does_not_read_the_upstream_is_not_read_on()
    {
        using var upstream = new LongAnswer();
        await using var stage = await Stage.StartAsync(upstream: upstream);
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(stage.Gateway.Address.Host, stage.Gateway.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: {stage.Gateway.Address.Authority}\r\n"
                    + $"Content-Type: application/json\r\nContent-Length: {Question.Length}\r\nConnection: close\r\n\r\n{Question}"
            )
        );
        await stream.ReadExactlyAsync(new byte[1000]);

        // Kernel buffers take some megabytes; then nothing goes on, although nobody has asked it to stop.
        SpinWait.SpinUntil(() => upstream.Given > LongAnswer.Bound, TimeSpan.FromSeconds(4)).ShouldBeFalse();

        // It was only held back: whoever reads gets all of it.
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer) > 0) { }

        upstream.Given.ShouldBeGreaterThanOrEqualTo(LongAnswer.Total);
    }
}
