using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using CodexProxy.Protocol.ChatUpstream;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatUpstream;

/// <summary>Requests to and answers of an upstream named <c>other</c>.</summary>
internal static class ChatUpstreamFixture
{
    public static ModelRules Rules { get; } =
        new()
        {
            Upstreams =
            [
                new AlternateModels("other")
                {
                    Enabled = true,
                    Efforts = ["low", "high"],
                    Default = "big",
                },
                new AlternateModels("off") { Models = ["m"] },
                new AlternateModels("few") { Enabled = true, Models = ["m"] },
            ],
        };

    public static TranslatedRequest Translate(string json, bool returnsReasoning = true)
    {
        var call = ResponsesCall.Read(Encoding.UTF8.GetBytes(json));
        var translated = ResponsesCallTranslator.Translate(
            call,
            new ResponsesFacts(null, _ => null, _ => null),
            new TranslationSettings { Model = ModelResolver.Resolve(call.Model, ModelCatalogue.Embedded, Rules)! }
        );
        return ChatUpstreamFit.Fit(translated.Request, returnsReasoning);
    }

    public static string Write(TranslatedRequest request, int? maxTokens = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ChatUpstreamRequest.Write(
            buffer,
            request.Body,
            new ChatUpstreamCall(request.Context.Model.NameThere, maxTokens)
        );
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static ChatUpstreamReader Reader() =>
        new(
            new ChatUpstreamAnswer
            {
                Seed = "seed",
                Upstream = "other",
                CreatedAt = 7,
                ReturnsReasoning = true,
                CustomTools = new HashSet<string> { "patch" },
            }
        );

    /// <summary>The events of chunks and the end after them.</summary>
    public static List<string> Events(IEnumerable<string> chunks)
    {
        var reader = Reader();
        var output = new List<ReadOnlyMemory<byte>>();
        foreach (var chunk in chunks)
        {
            reader.Accept(Encoding.UTF8.GetBytes(chunk), output);
        }

        reader.End(output);
        return [.. output.Select(json => Encoding.UTF8.GetString(json.Span))];
    }

    public static IEnumerable<string> Chunks(string file)
    {
        using var stream = new MemoryStream(ResponseFixtures.ReadBytes("chat-upstream", file));
        return [.. SseParser.Create(stream).Enumerate().Select(item => item.Data)];
    }

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static string Path(string file) => System.IO.Path.Combine(ResponseFixtures.Folder, "chat-upstream", file);
}
