using System.Net;
using System.Text;
using System.Text.Json;
using CodexProxy.Endpoints;

namespace CodexProxy.Tests.Support;

/// <summary>A browser that has opened the dashboard by a link, and asks as its page does.</summary>
internal sealed class DashboardBrowser : IDisposable
{
    private readonly HttpClient _http;

    private DashboardBrowser(RunningGateway gateway)
    {
        Cookies = new CookieContainer();
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies })
        {
            BaseAddress = gateway.Address,
        };
    }

    public CookieContainer Cookies { get; }

    public static async Task<DashboardBrowser> OpenAsync(RunningGateway gateway)
    {
        var browser = new DashboardBrowser(gateway);
        using var opened = await browser._http.GetAsync(LinkOf(gateway));
        opened.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return browser;
    }

    public static string LinkOf(RunningGateway gateway) =>
        gateway.Get<DashboardAccess>().NewLink().AddressAt(gateway.Address.GetLeftPart(UriPartial.Authority));

    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (headers.Length == 0)
        {
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The JSON under a path, which must be there.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>What an action answers.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string? json = null)
    {
        using var response = await SendAsync(HttpMethod.Post, path, json);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return (response.StatusCode, document.RootElement.Clone());
    }

    public void Dispose() => _http.Dispose();
}
