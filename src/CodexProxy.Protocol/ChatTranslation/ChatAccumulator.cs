using System.Diagnostics.CodeAnalysis;
using System.Text;
using CodexProxy.Protocol.Chat;
using CodexProxy.Protocol.Errors;

namespace CodexProxy.Protocol.ChatTranslation;

/// <summary>Folds the chunks of a stream into the completion they describe.</summary>
public sealed class ChatAccumulator
{
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _refusal = new();
    private readonly StringBuilder _reasoning = new();
    private readonly SortedDictionary<int, Call> _calls = [];
    private readonly List<ChatAnnotation> _annotations = [];
    private Call? _function;
    private ChatHead? _head;
    private string? _finishReason;
    private string? _serviceTier;
    private ChatUsage? _usage;

    /// <summary>The error that ended the stream, if one did.</summary>
    public OpenAIError? Error { get; private set; }

    /// <summary>Takes the next chunk.</summary>
    public void Accept(ChatChunk chunk)
    {
        switch (chunk)
        {
            case ChatChunk.Delta delta:
                _head = delta.Head;
                _finishReason ??= delta.FinishReason;
                _serviceTier ??= delta.ServiceTier;
                Accept(delta.Change);
                break;
            case ChatChunk.Usage usage:
                _usage = usage.Counts;
                _serviceTier ??= usage.ServiceTier;
                break;
            case ChatChunk.Error error:
                Error = error.Problem;
                break;
        }
    }

    /// <summary>The whole completion; null while it has not ended.</summary>
    public bool TryFinish([NotNullWhen(true)] out ChatCompletion? completion)
    {
        if (_head is null || _finishReason is null || Error is not null)
        {
            completion = null;
            return false;
        }

        var saysMore = _calls.Count > 0 || _function is not null || _refusal.Length > 0;
        completion = new ChatCompletion
        {
            Id = _head.Id,
            Created = _head.Created,
            Model = _head.Model,
            ServiceTier = _serviceTier,
            Content = _content.Length == 0 && saysMore ? null : _content.ToString(),
            Refusal = OrNull(_refusal),
            ReasoningContent = OrNull(_reasoning),
            ToolCalls = [.. _calls.Values.Select(call => new ChatToolCall(call.Id, call.Function, call.IsCustom))],
            FunctionCall = _function?.Function,
            Annotations = _annotations,
            FinishReason = _finishReason,
            Usage = _usage,
        };
        return true;
    }

    private void Accept(ChatDelta change)
    {
        _content.Append(change.Content);
        _refusal.Append(change.Refusal);
        _reasoning.Append(change.ReasoningContent);
        foreach (var call in change.ToolCalls ?? [])
        {
            if (!_calls.TryGetValue(call.Index, out var known))
            {
                _calls[call.Index] = known = new Call(call.IsCustom);
            }

            known.Id ??= call.Id;
            known.Accept(call.Function);
        }

        if (change.FunctionCall is { } function)
        {
            (_function ??= new Call(isCustom: false)).Accept(function);
        }

        _annotations.AddRange(change.Annotations ?? []);
    }

    private static string? OrNull(StringBuilder text) => text.Length == 0 ? null : text.ToString();

    private sealed class Call(bool isCustom)
    {
        private readonly StringBuilder _input = new();
        private string? _name;

        public bool IsCustom { get; } = isCustom;

        public string? Id { get; set; }

        public ChatFunction Function => new(_name ?? "", _input.ToString());

        public void Accept(ChatFunctionDelta change)
        {
            _name ??= change.Name;
            _input.Append(change.Arguments);
        }
    }
}
