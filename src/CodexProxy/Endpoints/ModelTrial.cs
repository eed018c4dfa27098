using System.Text.Json;
using CodexProxy.Answers;
using CodexProxy.Options;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Views;

namespace CodexProxy.Endpoints;

/// <summary>
/// Tries a model with one small request. It takes the way of a client's: it is translated, relayed and recorded, only not
/// sent by anybody.
/// </summary>
internal sealed class ModelTrial(
    RequestTranslation translation,
    MessageRelay relay,
    RequestBook requests,
    TurnRecorder recorder,
    TimeProvider timeProvider,
    RelayLog log
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Tries a model by a name that a client could use.</summary>
    public async Task<TrialView> RunAsync(string model, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, timeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var body = new MemoryStream();
        var http = Exchange(body, stop.Token);
        var arrival = Arrival.Begin(http, RequestFace.Messages, timeProvider);
        arrival.Model = model;
        string? error = null;
        try
        {
            using var request = MessagesRequest.Read(Question(model));
            var translated = translation.Translate(request, http.Request.Headers, requireMaxTokens: true);
            using var answer = new TranslatedAnswer<StreamEvent>(http, MessagesFace.Instance, streams: false);
            log.Served(await relay.ServeAsync(arrival.Hand(translated), answer, stop.Token));
        }
        catch (RequestRejectedException exception)
        {
            error = exception.Error.Message;
            recorder.KeepRejected(http, exception.Error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            error = $"There was no answer within {Patience.TotalMinutes:0} minutes.";
        }

        await http.Response.CompleteAsync();
        var (text, refusal) = error is null ? Read(body) : (null, null);
        var record = requests.Find(http.TraceIdentifier)?.Record;
        return new TrialView
        {
            Ok = text is not null,
            RequestId = http.TraceIdentifier,
            Model = model,
            Served = record?.ServedModel ?? record?.UpstreamModel,
            FirstMs = (long?)record?.FirstByte?.TotalMilliseconds,
            TotalMs = (long)timeProvider.GetElapsedTime(arrival.Stamp).TotalMilliseconds,
            Tokens = record?.Tokens,
            Text = text,
            Error = error ?? refusal,
        };
    }

    private static DefaultHttpContext Exchange(Stream body, CancellationToken stop)
    {
        var http = new DefaultHttpContext { RequestAborted = stop };
        RequestIdentity.Renew(http);
        http.Request.Method = HttpMethods.Post;
        http.Request.Path = "/v1/messages";
        http.Request.Headers.UserAgent = $"{ProductInfo.Name}/{ProductInfo.Version} (try)";
        http.Response.Body = body;
        return http;
    }

    private static byte[] Question(string model)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Wire.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model);
            writer.WriteNumber("max_tokens"u8, 512);
            writer.WriteStartArray("messages"u8);
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            writer.WriteString("content"u8, "Say in one short sentence that you are there."u8);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static (string? Text, string? Error) Read(MemoryStream body)
    {
        try
        {
            using var document = SoundJson.Parse(body.ToArray());
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error))
            {
                return (null, error.GetProperty("message").GetString());
            }

            var texts = root.GetProperty("content")
                .EnumerateArray()
                .Where(block => block.GetProperty("type").GetString() == "text")
                .Select(block => block.GetProperty("text").GetString());
            return (string.Concat(texts).Trim(), null);
        }
        catch (JsonException)
        {
            return (null, "The answer broke off.");
        }
    }
}
