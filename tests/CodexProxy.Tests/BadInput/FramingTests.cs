using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CodexProxy.Tests.Support;

namespace CodexProxy.Tests.BadInput;

/// <summary>Requests that are wrong as HTTP: what is said of their length is not so, or they never end.</summary>
public sealed class FramingTests
{
    private const string Unfinished = "5\r\n{\"a\":\r\n";
    private const string Chunked = "Transfer-Encoding: chunked";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly string[] Addresses =
    [
        "/v1/messages",
        "/v1/messages/count_tokens",
        "/v1/chat/completions",
        "/v1/responses",
    ];

    // The body is another than was said.
    private static readonly (string Head, string Body)[] Misleading =
    [
        ("Content-Length: 10", """{"model":"gpt-5.5","messages":[]}"""),
        ("Content-Length: 0", "{}"),
        ("X-None: 1", ""),
        ("Content-Length: 2000000", ""),
        ("Content-Length: 2000000\r\nExpect: 100-continue", ""),
        (Chunked, "zz\r\n{}\r\n0\r\n\r\n"),
        (Chunked, "-1\r\n{}\r\n0\r\n\r\n"),
        (Chunked, "1\r\n{}\r\n0\r\n\r\n"),
        (Chunked, "FFFFFFFFFFFFFFFF\r\n{}"),
        (Chunked, "0\r\n\r\n"),
        (Chunked, Chunks(2_000_000)),
        // And nothing more: the server gives up after some seconds.
        (Chunked, Unfinished),
        ("Content-Length: 100", Unfinished),
    ];

    private static readonly string[] NoHttp =
    [
        "Content-Length: -1",
        "Content-Length: ten",
        "Content-Length: 99999999999999999999",
        "Content-Length: 2\r\nContent-Length: 3",
        "Content-Length: 2\r\nTransfer-Encoding: nonsense",
        "Transfer-Encoding: nonsense",
        "X-Bad\0Name: 1",
        "No colon",
        $"X-Long: {new string('a', 100_000)}",
    ];

    [Fact]
    public async Task A_body_that_is_not_what_was_said_is_refused_in_the_words_of_the_protocol()
    {
        await using var gateway = await StartAsync();
        var requests = Addresses
            .SelectMany(address => Misleading.Select(bad => (address, bad.Head, bad.Body)))
            .ToList();

        var answers = await Task.WhenAll(requests.Select(bad => SendAsync(gateway, bad.address, bad.Head, bad.Body)));

        foreach (var (answer, (address, head, body)) in answers.Zip(requests))
        {
            ShouldBeRefused(answer, address, $"{address}, {head}, {body[..Math.Min(40, body.Length)]}: {answer}");
            if (body == Unfinished)
            {
                answer.ShouldStartWith("HTTP/1.1 408");
            }
        }

        gateway.Log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_http_is_refused_before_any_protocol_is_known()
    {
        await using var gateway = await StartAsync();
        foreach (var head in NoHttp)
        {
            (await SendAsync(gateway, Addresses[0], head, "{}")).ShouldStartWith("HTTP/1.1 4", customMessage: head);
        }
    }

    private static Task<RunningGateway> StartAsync() =>
        RunningGateway.StartAsync(options => options with { Server = options.Server with { BodyLimit = 1024 * 1024 } });

    private static void ShouldBeRefused(string answer, string address, string what)
    {
        answer.ShouldStartWith("HTTP/1.1 4", customMessage: what);
        var begin = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var end = answer.IndexOf("HTTP/1.1", begin, StringComparison.Ordinal);
        var body = answer[begin..(end < 0 ? answer.Length : end)];
        // Chunked where the length was not known beforehand.
        body = body[body.IndexOf('{', StringComparison.Ordinal)..(body.LastIndexOf('}') + 1)];
        using var json = JsonDocument.Parse(body);
        json.RootElement.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty(what);
        json.RootElement.TryGetProperty("request_id", out _)
            .ShouldBe(address.StartsWith("/v1/messages", StringComparison.Ordinal), what);
    }

    private static async Task<string> SendAsync(RunningGateway gateway, string address, string head, string body)
    {
        using var limit = new CancellationTokenSource(Deadline);
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, limit.Token);
        var stream = socket.GetStream();
        var request =
            $"POST {address} HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nContent-Type: application/json\r\nConnection: close\r\n{head}\r\n\r\n{body}";
        var sending = WriteAsync(stream, Encoding.Latin1.GetBytes(request), limit.Token);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // The server need not take the rest of what it has refused.
        }

        await sending;
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException)
        {
            // The same.
        }
    }

    private static string Chunks(int size)
    {
        var chunk = new string('a', 0x1000);
        return string.Concat(Enumerable.Repeat($"1000\r\n{chunk}\r\n", size / 0x1000));
    }
}
