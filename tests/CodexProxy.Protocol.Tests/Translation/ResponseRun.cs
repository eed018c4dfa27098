using CodexProxy.Protocol.Anthropic;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Translation;

namespace CodexProxy.Protocol.Tests.Translation;

/// <summary>Runs events through one translator and keeps what came out.</summary>
internal sealed class ResponseRun
{
    internal ResponseRun(TranslationContext? context = null, ResponseTranslatorSettings? settings = null) =>
        Translator = new(context ?? ResponseFixtures.Context(), settings ?? ResponseFixtures.Settings());

    internal ResponseTranslator Translator { get; }

    internal List<StreamEvent> Output { get; } = [];

    /// <summary>The stream's events one line each, in a short notation made for reading.</summary>
    internal string[] Lines => [.. Output.Select(Line)];

    internal Message Message => ResponseFixtures.Fold(Output);

    internal ResponseRun Accept(params string[] json) => Accept(ResponseFixtures.Events(json));

    internal ResponseRun Accept(IEnumerable<ResponseEvent> events)
    {
        foreach (var e in events)
        {
            Translator.Accept(e, Output);
        }

        return this;
    }

    /// <summary>Accepts, then ends the stream.</summary>
    internal ResponseRun AcceptAll(IEnumerable<ResponseEvent> events)
    {
        Accept(events);
        Translator.EndOfStream();
        return this;
    }

    private static string Line(StreamEvent e) =>
        e switch
        {
            StreamEvent.MessageStart => "message_start",
            StreamEvent.Ping => "ping",
            StreamEvent.BlockStart start => $"{start.Index} {Line(start.Block)}",
            StreamEvent.TextDelta delta => $"{delta.Index} +{delta.Text}",
            StreamEvent.ThinkingDelta delta => $"{delta.Index} ~{delta.Thinking}",
            StreamEvent.SignatureDelta delta => $"{delta.Index} signature",
            StreamEvent.InputJsonDelta delta => $"{delta.Index} +{delta.PartialJson}",
            StreamEvent.CitationsDelta delta => $"{delta.Index} cite {delta.Citation.Url} [{delta.Citation.CitedText}]",
            StreamEvent.BlockStop stop => $"{stop.Index} stop",
            StreamEvent.MessageDelta delta => $"end {delta.StopReason}",
            StreamEvent.MessageStop => "message_stop",
            StreamEvent.Error error => $"error {error.Type}: {error.Message}",
            _ => throw new InvalidOperationException(e.GetType().Name),
        };

    private static string Line(MessageBlock block) =>
        block switch
        {
            MessageBlock.Text => "text",
            MessageBlock.Thinking => "thinking",
            MessageBlock.ToolUse call => $"tool_use {call.Id} {call.Name}",
            MessageBlock.ServerToolUse call => $"server_tool_use {call.Id} {call.Name}",
            MessageBlock.WebSearchToolResult { ErrorCode: { } code } => $"search_error {code}",
            MessageBlock.WebSearchToolResult result =>
                $"search_result {string.Join(' ', result.Results.Select(r => r.Url))}",
            MessageBlock.WebFetchToolResult { ErrorCode: { } code } => $"fetch_error {code}",
            MessageBlock.WebFetchToolResult result => $"fetch_result {result.Url}",
            _ => throw new InvalidOperationException(block.GetType().Name),
        };
}
