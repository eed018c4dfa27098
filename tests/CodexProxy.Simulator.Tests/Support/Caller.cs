using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CodexProxy.Simulator.Accounts;

namespace CodexProxy.Simulator.Tests.Support;

/// <summary>A signed-in client of one simulator.</summary>
internal sealed class Caller : IAsyncDisposable
{
    private readonly HttpClient _client = new(
        // No draining: a response that is dropped closes its connection at once.
        new SocketsHttpHandler { AllowAutoRedirect = false, ResponseDrainTimeout = TimeSpan.Zero }
    );

    private Caller(CodexSimulator simulator, IssuedTokens tokens) => (Simulator, Tokens) = (simulator, tokens);

    public CodexSimulator Simulator { get; }

    public IssuedTokens Tokens { get; set; }

    public static async Task<Caller> StartAsync(SimulatorOptions? options = null)
    {
        var simulator = await CodexSimulator.StartAsync(options);
        return new Caller(simulator, simulator.Tokens.Issue(simulator.Accounts.Default));
    }

    public HttpRequestMessage Request(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Simulator.ResponsesUrl)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("version", "0.169.0");
        SignIn(request);
        return request;
    }

    public void SignIn(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.AccessToken);
        request.Headers.Add("chatgpt-account-id", Tokens.Account.Id);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

    public Task<HttpResponseMessage> SendAsync(string body) => SendAsync(Request(body));

    public async Task<(int Status, string Body)> AskAsync(string body)
    {
        using var response = await SendAsync(body);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Simulator.Address, path));
        SignIn(request);
        using var response = await SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Simulator.Address, path))
        {
            Content = content,
        };
        using var response = await SendAsync(request);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<List<JsonElement>> StreamAsync(string body)
    {
        var (status, text) = await AskAsync(body);
        status.ShouldBe(200, text);
        return SseText.Read(text);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Simulator.DisposeAsync();
    }
}
