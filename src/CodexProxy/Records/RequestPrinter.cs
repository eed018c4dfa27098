using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Records;

/// <summary>
/// Takes the print of a body. The hashes are keyed with a secret of this run, so that nobody can guess a short text from its
/// hash, and are cut to 64 bits.
/// </summary>
internal sealed class RequestPrinter
{
    /// <summary>Items beyond this number are counted only.</summary>
    public const int MaxItems = 4096;

    private const int KeyLength = 32;

    // Shapes of ordinary items take some hundred bytes.
    private const int MaxShape = 4 * 1024;
    private const int MaxShapes = 256 * 1024;
    private const int LargestKeptBuffer = 1024 * 1024;

    [ThreadStatic]
    private static Scratch? _scratch;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(KeyLength);
    private readonly ShapeWriter _shapes;

    public RequestPrinter() => _shapes = new ShapeWriter(Hash);

    /// <summary>The keyed hash of a text.</summary>
    public ulong Hash(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes the print.</summary>
    /// <param name="body">The body, without its second forms.</param>
    /// <param name="forms">Names of the forms it was sent in.</param>
    /// <param name="account">Key of the account that was asked.</param>
    /// <param name="before">Print of the request before, whose shapes are used again where the content is the same.</param>
    /// <param name="known">Fingerprint of the body, where it was taken before.</param>
    public RequestPrint Of(
        ResponsesRequest body,
        IReadOnlyList<string> forms,
        string? account,
        RequestPrint? before,
        RequestFingerprint? known = null
    )
    {
        var quick = ReferenceEquals(known?.Request, body) ? known : RequestFingerprint.Of(body);
        var scratch = _scratch ??= new Scratch();
        try
        {
            var budget = MaxShapes;
            var tools = body.Tools is { } listed
                ? PrintAll(
                    scratch,
                    listed,
                    OpenAIJson.Default.ResponsesTool,
                    quick.Tools,
                    before?.Tools ?? [],
                    ref budget
                )
                : null;
            var items = PrintAll(
                scratch,
                body.Input,
                OpenAIJson.Default.InputItem,
                quick.Items,
                before?.Items ?? [],
                ref budget
            );
            var instructions = body.Instructions ?? "";
            return new RequestPrint
            {
                Model = body.Model,
                Effort = body.Reasoning.Effort,
                Summary = body.Reasoning.Summary,
                Tier = body.ServiceTier,
                ToolChoice = body.ToolChoice.Type,
                ToolChoiceHash = HashOf(scratch, body.ToolChoice, OpenAIJson.Default.ResponsesToolChoice),
                ChosenTool = body.ToolChoice.Name is { } chosen ? Hash(chosen) : null,
                Parallel = body.ParallelToolCalls,
                Text = body.Text is { } text ? HashOf(scratch, text, OpenAIJson.Default.TextSettings) : 0,
                Verbosity = body.Text?.Verbosity,
                HasFormat = body.Text?.Format is not null,
                Include = string.Join(' ', body.Include ?? []),
                Forms = string.Join(' ', forms),
                Account = account,
                CacheKey = Hash(body.PromptCacheKey),
                Instructions =
                    before?.InstructionsQuick == quick.Instructions ? before.Instructions : Hash(instructions),
                InstructionsQuick = quick.Instructions,
                InstructionsLength = body.Instructions?.Length ?? -1,
                Tools = tools,
                Items = items,
                ItemCount = body.Input.Count,
                Bytes =
                    (tools?.Sum(tool => (long)tool.Size) ?? 0)
                    + items.Sum(item => (long)item.Size)
                    + Encoding.UTF8.GetByteCount(instructions),
            };
        }
        finally
        {
            if (scratch.Json.Capacity > LargestKeptBuffer)
            {
                _scratch = null;
            }
        }
    }

    private ItemPrint[] PrintAll<T>(
        Scratch scratch,
        IReadOnlyList<T> values,
        JsonTypeInfo<T> type,
        IReadOnlyList<long> quick,
        ItemPrint[] before,
        ref int budget
    )
    {
        var prints = new ItemPrint[Math.Min(values.Count, MaxItems)];
        for (var i = 0; i < prints.Length; i++)
        {
            prints[i] =
                i < before.Length && before[i].Quick == quick[i]
                    ? before[i]
                    : Print(scratch, values[i], type, quick[i], budget);
            budget -= prints[i].Shape?.Length ?? 0;
        }

        return prints;
    }

    private ItemPrint Print<T>(Scratch scratch, T value, JsonTypeInfo<T> type, long quick, int budget)
    {
        Write(scratch, value, type);
        return new ItemPrint(
            Digest(scratch.Json.WrittenSpan),
            quick,
            scratch.Json.WrittenCount - KeyLength,
            Kind(value),
            Shape(scratch, budget)
        );
    }

    // The key stands before the JSON in one buffer, so that hashing is one pass.
    private ulong HashOf<T>(Scratch scratch, T value, JsonTypeInfo<T> type)
    {
        Write(scratch, value, type);
        return Digest(scratch.Json.WrittenSpan);
    }

    private void Write<T>(Scratch scratch, T value, JsonTypeInfo<T> type)
    {
        scratch.Json.ResetWrittenCount();
        scratch.Json.Write(_key);
        scratch.Writer.Reset(scratch.Json);
        JsonSerializer.Serialize(scratch.Writer, value, type);
        scratch.Writer.Flush();
    }

    private ulong Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> small = stackalloc byte[512];
        var length = KeyLength + bytes.Length;
        var keyed = length <= small.Length ? small[..length] : new byte[length];
        _key.CopyTo(keyed);
        bytes.CopyTo(keyed[KeyLength..]);
        return Digest(keyed);
    }

    private static ulong Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return MemoryMarshal.Read<ulong>(digest);
    }

    private byte[]? Shape(Scratch scratch, int budget)
    {
        if (budget <= 0)
        {
            return null;
        }

        scratch.Shape.ResetWrittenCount();
        _shapes.Write(scratch.Json.WrittenSpan[KeyLength..], scratch.Shape);
        return scratch.Shape.WrittenCount <= MaxShape ? scratch.Shape.WrittenSpan.ToArray() : null;
    }

    private static string Kind<T>(T value) =>
        value switch
        {
            MessageItem { Role: "user" } => "message user",
            MessageItem { Role: "assistant" } => "message assistant",
            MessageItem => "message developer",
            ReasoningItem => "reasoning",
            FunctionCallItem => "call",
            FunctionCallOutputItem => "call output",
            WebSearchCallItem => "web search",
            FunctionTool => "function",
            _ => "other",
        };

    private sealed class Scratch
    {
        public ArrayBufferWriter<byte> Json { get; } = new(64 * 1024);

        public ArrayBufferWriter<byte> Shape { get; } = new(1024);

        public Utf8JsonWriter Writer { get; } = new(new ArrayBufferWriter<byte>(), Wire.WriterOptions);
    }
}
