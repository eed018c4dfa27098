using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Tests.Credentials;

/// <summary>
/// A token endpoint with rotating, single-use refresh tokens, as a message handler. It answers as scripted;
/// unscripted, it trades <c>rt_1</c> for <c>rt_2</c> and so on, and refuses what was traded before.
/// </summary>
internal sealed class TokenEndpoint : HttpMessageHandler
{
    private readonly ConcurrentQueue<Func<Task<HttpResponseMessage>>> _script = new();
    private readonly HashSet<string> _spent = [];
    private readonly Lock _gate = new();

    public ConcurrentQueue<(HttpRequestMessage Request, string Body)> Received { get; } = new();

    /// <summary>When the tokens it gives out end.</summary>
    public required DateTimeOffset NewExpiry { get; init; }

    public void Then(HttpStatusCode status, string body) => Then(() => Task.FromResult(Answer(status, body)));

    public void Then(Func<Task<HttpResponseMessage>> answer) => _script.Enqueue(answer);

    public static HttpResponseMessage Answer(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public HttpResponseMessage Rotate(string body)
    {
        using var document = JsonDocument.Parse(body);
        var presented = document.RootElement.GetProperty("refresh_token").GetString()!;
        lock (_gate)
        {
            if (!_spent.Add(presented))
            {
                return Answer(HttpStatusCode.Unauthorized, """{"error":{"code":"refresh_token_reused"}}""");
            }
        }

        var serial = int.Parse(presented["rt_".Length..]) + 1;
        var access = Tokens.Access(NewExpiry, serial.ToString());
        return Answer(HttpStatusCode.OK, $$"""{"access_token":"{{access}}","refresh_token":"rt_{{serial}}"}""");
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Received.Enqueue((request, body));
        return _script.TryDequeue(out var answer) ? await answer() : Rotate(body);
    }
}
