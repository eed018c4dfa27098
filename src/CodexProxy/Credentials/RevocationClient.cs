using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using CodexProxy.Options;
using CodexProxy.Protocol.Json;

namespace CodexProxy.Credentials;

/// <summary>Tells the issuer that a login is not wanted any more.</summary>
/// <param name="http">Must not follow redirects: the body holds a secret.</param>
/// <param name="options">Endpoint and names.</param>
/// <param name="time">Clock of the deadline.</param>
public sealed class RevocationClient(HttpClient http, OptionsSource options, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Revokes a login. Its failure is no reason to keep the tokens.</summary>
    /// <returns>Whether the issuer said yes.</returns>
    public async Task<bool> RevokeAsync(TokenSet tokens, CancellationToken cancellationToken)
    {
        var upstream = options.Current.Upstream;
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, upstream.Revoke);
        request.Content = new ReadOnlyMemoryContent(WriteBody(tokens));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("user-agent", upstream.UserAgent);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> WriteBody(TokenSet tokens)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        writer.WriteStartObject();
        if (tokens.RefreshToken is { } refresh)
        {
            writer.WriteString("token", refresh.Reveal());
            writer.WriteString("token_type_hint", "refresh_token");
            writer.WriteString("client_id", tokens.ClientId);
        }
        else
        {
            writer.WriteString("token", tokens.Credential.AccessToken.Reveal());
            writer.WriteString("token_type_hint", "access_token");
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
