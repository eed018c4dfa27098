using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.Models;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Finds and reads the recorded streams.</summary>
internal static partial class ResponseFixtures
{
    internal static string Folder { get; } = Path.Combine(FindRoot(), "tests", "Fixtures");

    /// <summary>Entries of the translation index of one kind.</summary>
    internal static IEnumerable<JsonElement> Index(string kind)
    {
        using var document = JsonDocument.Parse(ReadBytes("translation", "index.json"));
        foreach (var entry in document.RootElement.EnumerateArray())
        {
            if (entry.GetProperty("kind").GetString() == kind)
            {
                yield return entry.Clone();
            }
        }
    }

    internal static byte[] ReadBytes(params string[] path) => File.ReadAllBytes(Path.Combine([Folder, .. path]));

    internal static List<ResponseEvent> ReadEvents(params string[] path)
    {
        using var stream = new MemoryStream(ReadBytes(path));
        var parser = SseParser.Create(stream, static (_, data) => ResponseEventReader.Read(data));
        return [.. parser.Enumerate().Select(item => item.Data)];
    }

    internal static List<ResponseEvent> Events(params string[] json) =>
        [.. json.Select(text => ResponseEventReader.Read(Encoding.UTF8.GetBytes(text)))];

    /// <summary>The context a fixture describes.</summary>
    internal static TranslationContext Context(JsonElement facts) =>
        Context() with
        {
            ThinkingRequested = Flag(facts, "thinking"),
            ThinkingTextOmitted = Text(facts, "display") == "omitted",
            MaxTokens = facts.TryGetProperty("max_tokens", out var max) ? max.GetInt32() : null,
            StopSequences = Texts(facts, "stop_sequences"),
            ToolNames = Texts(facts, "tool_names").ToDictionary(ToolNames.Shorten, name => new ToolIdentity(name)),
        };

    /// <summary>A plain context.</summary>
    internal static TranslationContext Context(string model = "gpt-5.6-sol") =>
        new()
        {
            RequestedModel = model,
            Model = CodexModel.Unknown(model),
            CacheKey = "key",
        };

    internal static ResponseTranslatorSettings Settings(int inputTokens = 1180) =>
        new()
        {
            RequestId = "req_011fixture",
            InputTokensEstimate = inputTokens,
            CountTokens = text => Words().Count(text),
        };

    /// <summary>Reads a written stream as (event name, data) pairs.</summary>
    internal static List<(string Name, string Data)> ReadStream(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return [.. SseParser.Create(stream).Enumerate().Select(item => (item.EventType, item.Data))];
    }

    internal static byte[] WriteStream(IEnumerable<StreamEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new StreamEventWriter();
        foreach (var e in events)
        {
            writer.Write(buffer, e);
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static Message Fold(IEnumerable<StreamEvent> events)
    {
        var accumulator = new MessageAccumulator();
        foreach (var e in events)
        {
            accumulator.Accept(e);
        }

        accumulator.TryFinish(out var message, out _).ShouldBeTrue();
        return message!;
    }

    /// <summary>Compact JSON of a whole message: equal texts mean equal messages.</summary>
    internal static string WriteMessage(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.Write(buffer, message);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.GetBoolean();

    private static string[] Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : [];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CodexProxy.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above holds CodexProxy.slnx.");
    }

    // Close enough to a tokenizer for short English texts: a word with its leading blank is one token.
    [GeneratedRegex(@" ?\w+| +|\W", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
