using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CodexProxy.Protocol.Anthropic;

/// <summary>Folds the events of a stream into the message they describe.</summary>
public sealed class MessageAccumulator
{
    private readonly List<MessageBlock> _content = [];
    private readonly StringBuilder _text = new();
    private List<Citation>? _citations;
    private string _signature = "";
    private MessageBlock? _open;
    private StreamEvent.MessageStart? _start;
    private StreamEvent.MessageDelta? _end;

    /// <summary>The error that ended the stream, if one did.</summary>
    public StreamEvent.Error? Error { get; private set; }

    /// <summary>Takes the next event.</summary>
    public void Accept(StreamEvent e)
    {
        switch (e)
        {
            case StreamEvent.MessageStart start:
                _start = start;
                break;
            case StreamEvent.BlockStart start:
                _open = start.Block;
                break;
            case StreamEvent.TextDelta delta:
                _text.Append(delta.Text);
                break;
            case StreamEvent.ThinkingDelta delta:
                _text.Append(delta.Thinking);
                break;
            case StreamEvent.InputJsonDelta delta:
                _text.Append(delta.PartialJson);
                break;
            case StreamEvent.SignatureDelta delta:
                _signature = delta.Signature;
                break;
            case StreamEvent.CitationsDelta delta:
                (_citations ??= []).Add(delta.Citation);
                break;
            case StreamEvent.BlockStop:
                Close();
                break;
            case StreamEvent.MessageDelta end:
                _end = end;
                break;
            case StreamEvent.Error error:
                Error = error;
                break;
        }
    }

    /// <summary>
    /// The whole message; null while it has not ended, or when <paramref name="invalidInput"/> names a tool whose input
    /// is no JSON and cannot be repaired.
    /// </summary>
    public bool TryFinish([NotNullWhen(true)] out Message? message, out string? invalidInput)
    {
        message = null;
        invalidInput = null;
        if (_start is null || _end is null)
        {
            return false;
        }

        var content = new List<MessageBlock>(_content.Count);
        foreach (var block in _content)
        {
            if (block is not MessageBlock.ToolUse call)
            {
                content.Add(block);
            }
            else if (ToolInputRepair.TryRepair(call.Input, out var input))
            {
                content.Add(call with { Input = input });
            }
            else
            {
                invalidInput = call.Name;
                return false;
            }
        }

        message = new Message
        {
            Id = _start.Id,
            Model = _start.Model,
            Content = content,
            StopReason = _end.StopReason,
            StopSequence = _end.StopSequence,
            Refusal = _end.Refusal,
            Usage = _end.Usage,
            ContextEdits = _end.ContextEdits,
        };
        return true;
    }

    private void Close()
    {
        var text = _text.ToString();
        _content.Add(
            _open switch
            {
                MessageBlock.Text => new MessageBlock.Text(text, _citations),
                MessageBlock.Thinking => new MessageBlock.Thinking(text, _signature),
                MessageBlock.ToolUse call => call with { Input = text },
                MessageBlock.ServerToolUse call => call with { Input = text.Length == 0 ? "{}" : text },
                { } whole => whole,
                null => throw new InvalidOperationException("A block was closed that was never opened."),
            }
        );
        _open = null;
        _text.Clear();
        _citations = null;
        _signature = "";
    }
}
