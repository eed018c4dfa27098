using System.Buffers;
using System.Text;
using System.Text.Json;
using CodexProxy.Codex;
using CodexProxy.Documents;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Relay;

/// <summary>What a request would become, without sending anything: both bodies, and everything decided about them.</summary>
/// <param name="Client">The client's body, as it came.</param>
/// <param name="Upstream">The upstream's body, in the form that would be sent.</param>
/// <param name="Forms">Second forms that the model is known to need.</param>
/// <param name="Translated">The translation.</param>
/// <param name="Tokens">Estimated input tokens.</param>
/// <param name="Losses">What is not carried.</param>
internal sealed record PreviewedRequest(
    ReadOnlyMemory<byte> Client,
    ReadOnlyMemory<byte> Upstream,
    IReadOnlyList<string> Forms,
    TranslatedRequest Translated,
    int Tokens,
    IReadOnlyList<TranslationLoss> Losses
)
{
    /// <summary>Writes it as a JSON object.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        var (body, context) = (Translated.Body, Translated.Context);
        writer.WriteStartObject();
        writer.WriteString("requested_model"u8, context.RequestedModel);
        writer.WriteString("model"u8, body.Model);
        writer.WriteString("effort"u8, body.Reasoning.Effort);
        writer.WriteString("service_tier"u8, body.ServiceTier);
        writer.WriteString("session"u8, context.SessionId);
        writer.WriteString("agent"u8, context.AgentId);
        writer.WriteString("prompt_cache_key"u8, context.CacheKey);
        writer.WriteNumber("input_tokens"u8, Tokens);
        writer.WriteStartArray("forms"u8);
        foreach (var form in Forms)
        {
            writer.WriteStringValue(form);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("losses"u8);
        foreach (var loss in Losses)
        {
            writer.WriteStartObject();
            writer.WriteString("path"u8, loss.Path);
            writer.WriteString("kind"u8, LossLine.Word(loss.Kind));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("client"u8);
        WriteBody(writer, Client);
        writer.WritePropertyName("upstream"u8);
        WriteBody(writer, Upstream);
        writer.WriteEndObject();
    }

    /// <summary>One of the bodies as JSON over several lines, for people.</summary>
    public static string Readable(ReadOnlyMemory<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(body.Length * 2);
        using (var writer = new Utf8JsonWriter(output, Wire.WriterOptions with { Indented = true }))
        {
            WriteBody(writer, body);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteBody(Utf8JsonWriter writer, ReadOnlyMemory<byte> body)
    {
        using var document = SoundJson.Parse(body, new JsonDocumentOptions { MaxDepth = Wire.MaxDepth });
        document.RootElement.WriteTo(writer);
    }
}

/// <summary>Shows what a request would become.</summary>
internal sealed class TranslationPreview(
    RequestTranslation translation,
    UsageCalibration calibration,
    RelayMemory memory,
    ResponseStore responses,
    Upstreams upstreams,
    CatalogueSource catalogue
)
{
    /// <summary>The same for who knows no protocol: the sentence tells why it would be refused.</summary>
    /// <param name="client">The body.</param>
    /// <param name="protocol">Whose words it is in.</param>
    public (PreviewedRequest? Preview, string? Refusal) TryMake(ReadOnlyMemory<byte> client, ClientProtocol protocol)
    {
        try
        {
            return (Make(client, protocol, new HeaderDictionary(), ""), null);
        }
        catch (RequestRejectedException exception)
        {
            return (null, exception.Error.Message);
        }
    }

    /// <summary>Translates a body.</summary>
    /// <param name="client">The body.</param>
    /// <param name="protocol">Whose words it is in.</param>
    /// <param name="headers">Its headers; they may name session, sub-agent and client.</param>
    /// <param name="caller">Whose stored answers it may go on from.</param>
    /// <exception cref="RequestRejectedException">It would be refused; carries the client's error.</exception>
    public PreviewedRequest Make(
        ReadOnlyMemory<byte> client,
        ClientProtocol protocol,
        IHeaderDictionary headers,
        string caller
    )
    {
        var translated = Translate(client, protocol, headers, caller);
        var (body, context) = translated;
        var repairs = memory.Forms.For(body.Model);
        var sent = RequestForms.Apply(body, repairs, catalogue.Current, PdfText.ReadPages);
        var upstream = new ArrayBufferWriter<byte>(client.Length + 1024);
        upstreams.Of(context.Model).Write(upstream, sent, context);
        return new PreviewedRequest(
            client.ToArray(),
            upstream.WrittenMemory,
            [.. repairs.Select(repair => repair.ToString()).Order(StringComparer.Ordinal)],
            translated,
            calibration.Estimate(body, context.Model, context.CacheKey),
            [.. context.Losses, .. FormLosses.Between(body, sent)]
        );
    }

    private TranslatedRequest Translate(
        ReadOnlyMemory<byte> client,
        ClientProtocol protocol,
        IHeaderDictionary headers,
        string caller
    )
    {
        switch (protocol)
        {
            case ClientProtocol.Chat:
                using (var request = ChatRequest.Read(client))
                {
                    return translation.TranslateQuietly(request, headers);
                }

            case ClientProtocol.Responses:
                var facts = new ResponsesFacts(
                    headers["session-id"],
                    id => responses.Find(caller, id)?.Response,
                    id => responses.FindItem(caller, id)
                );
                return translation.TranslateQuietly(ResponsesCall.Read(client), facts).Request;

            default:
                using (var request = MessagesRequest.Read(client))
                {
                    return translation.TranslateQuietly(request, headers, requireMaxTokens: false);
                }
        }
    }
}
