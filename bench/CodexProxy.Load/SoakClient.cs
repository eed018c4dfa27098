using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CodexProxy.Load;

/// <summary>Sends one request and judges how it ended.</summary>
internal sealed class SoakClient(Uri gateway) : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        }
    )
    {
        BaseAddress = gateway,
        Timeout = TimeSpan.FromMinutes(3),
    };

    /// <summary>Null when it ended as it had to: whole, or with the error that the upstream was told to cause.</summary>
    public async Task<string?> SendAsync(SoakRequest request)
    {
        try
        {
            return Judge(request, await AskAsync(request));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // Claude Code is told by a broken connection where it would not repeat after an error event.
            return request is { Face: SoakFace.Messages, Streams: true } && SoakFault.IsFinal(request.Fault)
                ? null
                : $"{Name(request)}: {exception.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"{Name(request)}: no end within three minutes";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<(int Status, string Text)> AskAsync(SoakRequest request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Path)
        {
            Content = new ByteArrayContent(request.Body),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.TryAddWithoutValidation("authorization", "Bearer any");
        message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        if (request.Face is SoakFace.Messages or SoakFace.CountTokens)
        {
            message.Headers.TryAddWithoutValidation("user-agent", "claude-cli/2.1.0 (external, cli)");
        }

        using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string? Judge(SoakRequest request, (int Status, string Text) answer)
    {
        var whole = answer.Status == 200 && IsWhole(request, answer.Text);
        var failed = answer.Status == 200 ? HasErrorEvent(answer.Text) : IsError(answer.Text);
        var right = SoakFault.IsFinal(request.Fault) ? failed && !whole : whole && !failed;
        return right
            ? null
            : $"{Name(request)}: status {answer.Status}, {answer.Text.Length} characters, ends with {answer.Text[Math.Max(0, answer.Text.Length - 200)..].ReplaceLineEndings("|")}";
    }

    private static bool IsWhole(SoakRequest request, string text) =>
        (request.Face, request.Streams) switch
        {
            (SoakFace.Messages, true) => text.EndsWith(
                "data: {\"type\":\"message_stop\"}\n\n",
                StringComparison.Ordinal
            ) && (request.Fault != SoakFault.Call || text.Contains("\"tool_use\"", StringComparison.Ordinal)),
            (SoakFace.Chat, true) => text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal),
            (SoakFace.Responses, true) => text.Contains("event: response.completed\n", StringComparison.Ordinal),
            (SoakFace.Messages, _) => Has(text, "stop_reason"),
            (SoakFace.Chat, _) => Has(text, "choices"),
            (SoakFace.Responses, _) => Has(text, "output"),
            _ => Has(text, "input_tokens"),
        };

    private static bool HasErrorEvent(string text) =>
        text.Contains("event: error\n", StringComparison.Ordinal)
        || text.Contains("event: response.failed\n", StringComparison.Ordinal)
        || text.Contains("data: {\"error\":", StringComparison.Ordinal);

    private static bool IsError(string text) => Has(text, "error");

    private static bool Has(string json, string member)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(member, out var value)
                && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Name(SoakRequest request) =>
        new StringBuilder()
            .Append(request.Face)
            .Append(request.Streams ? " streamed, " : " whole, ")
            .Append(request.Fault)
            .ToString();
}
