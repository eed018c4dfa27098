using System.Text.Json;
using CodexProxy.Protocol.Json;

namespace CodexProxy.SignIn;

/// <summary>Posts to the issuer. Neither a request nor an answer is ever shown.</summary>
/// <param name="http">Must not follow redirects: bodies hold secrets.</param>
/// <param name="time">Clock of the deadline, 30 s per request.</param>
internal sealed class IssuerClient(HttpClient http, TimeProvider time)
{
    private const int AnswerLimit = 1024 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Posts; null when the issuer could not be reached or did not answer in time.</summary>
    public async Task<IssuerAnswer?> PostAsync(Uri address, HttpContent content, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = content;
        request.Headers.TryAddWithoutValidation("accept", "*/*");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            await response.Content.LoadIntoBufferAsync(AnswerLimit, linked.Token);
            var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
            return new IssuerAnswer((int)response.StatusCode, body);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>An answer of the issuer. It prints as its status.</summary>
internal sealed class IssuerAnswer
{
    private readonly JsonElement _body;

    /// <summary>Reads an answer; a body that is no JSON object counts as empty.</summary>
    public IssuerAnswer(int status, byte[] body)
    {
        Status = status;
        try
        {
            using var document = SoundJson.Parse(body);
            _body = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A page of something in between; the status alone speaks.
            _body = default;
        }
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>Code of the error in lower case, in any of the forms the issuer uses; null when there is none.</summary>
    public string? ErrorCode =>
        (
            Member(_body, "error") is { ValueKind: JsonValueKind.Object } error
                ? Text(error, "code")
                : Text("error") ?? Text("code")
        )?.ToLowerInvariant();

    /// <summary>A text of the body that is not empty, or null.</summary>
    public string? Text(string name) => Text(_body, name);

    /// <summary>Any member of the body.</summary>
    public JsonElement Member(string name) => Member(_body, name);

    /// <inheritdoc/>
    public override string ToString() => $"status {Status}";

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;
}
