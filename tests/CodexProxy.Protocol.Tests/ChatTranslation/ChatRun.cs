using System.Buffers;
using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.ChatTranslation;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Tests.Translation;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.ChatTranslation;

/// <summary>Runs events through one translator and keeps what came out.</summary>
internal sealed class ChatRun
{
    internal ChatRun(TranslationContext? context = null) =>
        Translator = new(context ?? Context(), ResponseFixtures.Settings() with { CreatedAt = 1_700_000_000 });

    internal ChatTranslator Translator { get; }

    internal List<ChatChunk> Output { get; } = [];

    /// <summary>The chunks one line each, in a short notation made for reading.</summary>
    internal string[] Lines => [.. Output.Select(Line)];

    internal ChatCompletion Completion => Fold(Output);

    internal static TranslationContext Context() =>
        ResponseFixtures.Context() with
        {
            ThinkingRequested = true,
            HasCustomCalls = true,
            IncludeUsage = true,
        };

    internal ChatRun Accept(params string[] json) => Accept(ResponseFixtures.Events(json));

    internal ChatRun Accept(IEnumerable<ResponseEvent> events)
    {
        foreach (var e in events)
        {
            Translator.Accept(e, Output);
        }

        return this;
    }

    internal ChatRun AcceptAll(IEnumerable<ResponseEvent> events)
    {
        Accept(events);
        Translator.EndOfStream();
        return this;
    }

    internal static ChatCompletion Fold(IEnumerable<ChatChunk> chunks)
    {
        var accumulator = new ChatAccumulator();
        foreach (var chunk in chunks)
        {
            accumulator.Accept(chunk);
        }

        accumulator.TryFinish(out var completion).ShouldBeTrue();
        return completion!;
    }

    internal static byte[] Write(IEnumerable<ChatChunk> chunks)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new ChatChunkWriter();
        foreach (var chunk in chunks)
        {
            writer.Write(buffer, chunk);
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static string Write(ChatCompletion completion)
    {
        var buffer = new ArrayBufferWriter<byte>();
        completion.Write(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Line(ChatChunk chunk) =>
        chunk switch
        {
            ChatChunk.Delta { FinishReason: { } reason } => $"finish {reason}",
            ChatChunk.Delta { Change.Role: not null } => "start",
            ChatChunk.Delta { Change: var change } => Line(change),
            ChatChunk.Usage { Counts: var counts } => $"usage {counts.PromptTokens}+{counts.CompletionTokens}",
            ChatChunk.KeepAlive => "keep-alive",
            ChatChunk.Done => "done",
            ChatChunk.Error { Problem: var error } => $"error {error.Type} {error.Code}: {error.Message}",
            _ => throw new InvalidOperationException(chunk.GetType().Name),
        };

    private static string Line(ChatDelta change) =>
        change switch
        {
            { Content: { } text } => $"+{text}",
            { Refusal: { } text } => $"-{text}",
            { ReasoningContent: { } text } => $"~{text}",
            { ToolCalls: [{ Id: { } id } call] } =>
                $"{call.Index} {(call.IsCustom ? "custom" : "call")} {id} {call.Function.Name}",
            { ToolCalls: [var call] } => $"{call.Index} +{call.Function.Arguments}",
            { FunctionCall: { Name: { } name } } => $"function {name}",
            { FunctionCall: { } function } => $"function +{function.Arguments}",
            { Annotations: { } annotations } => string.Join(
                ' ',
                annotations.Select(cited => $"cite {cited.Url} {cited.Start}-{cited.End}")
            ),
            _ => throw new InvalidOperationException("A chunk without anything new."),
        };
}
