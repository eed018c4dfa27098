using System.Text.Encodings.Web;
using CodexProxy.Protocol.OpenAI;

namespace CodexProxy.Protocol.Translation;

/// <summary>A call of a client's tool: one <c>tool_use</c> block, begun as soon as name and call id are known.</summary>
internal sealed class CallTrack(int order, BlockLane lane, TranslationContext context, ToolUseIds ids)
    : OutputTrack(order, lane)
{
    // Free text of a custom tool travels as the one member of an object, since tool inputs are objects.
    private const string CustomOpening = "{\"input\":\"";
    private const string CustomClosing = "\"}";

    private readonly StreamedText _streamed = new();
    private readonly StreamedText _sent = new();
    private ArgumentScrubber? _scrubber;
    private string? _name;
    private bool _isCustom;

    // Where the client's protocol has custom calls, their text travels as it is.
    private bool IsWrapped => _isCustom && !context.HasCustomCalls;

    /// <summary>The id the client knows; null until the block has begun.</summary>
    internal string? ToolUseId { get; private set; }

    internal override void Begin(OutputItem item)
    {
        if (item is OutputCall call)
        {
            _isCustom |= call.IsCustom;
            _name ??= string.IsNullOrEmpty(call.Name) ? null : call.Name;
            Learn(new ItemKey(null, call.Id, call.CallId));
            OpenIfKnown();
        }
    }

    internal void Append(string delta)
    {
        if (delta.Length == 0)
        {
            return;
        }

        _streamed.Append(delta);
        if (ToolUseId is not null)
        {
            Send(delta);
        }
    }

    /// <summary>Takes <c>….done</c>, which may be the only event with the arguments, or with the name.</summary>
    internal void Complete(string input, string? name)
    {
        _name ??= string.IsNullOrEmpty(name) ? null : name;
        OpenIfKnown();
        if (input.Length > 0)
        {
            Append(Missing(_streamed, input));
        }
    }

    internal override InputItem? ToInput()
    {
        var arguments = _sent.ToString();
        return ToolUseId is null ? null
            : _isCustom && !IsWrapped ? new CustomToolCallItem(Identifiers.ToCallId(ToolUseId), _name!, arguments)
            : new FunctionCallItem(Identifiers.ToCallId(ToolUseId), _name!, arguments.Length == 0 ? "{}" : arguments);
    }

    private protected override void EndBlocks(OutputItem? item)
    {
        if (item is OutputCall call)
        {
            Begin(call);
            if (!string.IsNullOrEmpty(call.Input))
            {
                Append(Missing(_streamed, call.Input));
            }
        }

        // Without a call id the item id still tells calls apart; without a name there is nothing to call.
        if (ToolUseId is null && _name is not null)
        {
            Open(_name, CallId ?? ItemId ?? $"call_{Order}");
        }

        if (ToolUseId is not null)
        {
            if (_scrubber is not null)
            {
                Emit(_scrubber.End());
            }

            if (IsWrapped)
            {
                Emit(CustomClosing);
            }

            Lane.EndCall();
        }

        Lane.Finish();
    }

    private void OpenIfKnown()
    {
        if (ToolUseId is null && _name is not null && !string.IsNullOrEmpty(CallId))
        {
            Open(_name, CallId);
        }
    }

    private void Open(string name, string callId)
    {
        ToolUseId = ids.Assign(callId);
        var tool = context.ToolNames.TryGetValue(name, out var known) ? known : new ToolIdentity(name);
        _scrubber = _isCustom ? null : ScrubberFor(name);
        Lane.BeginCall(new CallStart(ToolUseId, tool, _isCustom && !IsWrapped));
        if (IsWrapped)
        {
            Emit(CustomOpening);
        }

        if (_streamed.Length > 0)
        {
            Send(_streamed.ToString());
        }
    }

    private ArgumentScrubber? ScrubberFor(string name)
    {
        HashSet<string>? keys = null;
        foreach (var argument in context.ScrubbedArguments)
        {
            if (argument.Tool == name)
            {
                (keys ??= new(StringComparer.Ordinal)).Add(argument.Key);
            }
        }

        return keys is null ? null : new ArgumentScrubber(keys);
    }

    private void Send(string input) =>
        Emit(
            IsWrapped ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(input)
            : _scrubber is not null ? _scrubber.Accept(input)
            : input
        );

    private void Emit(string json)
    {
        if (json.Length > 0)
        {
            _sent.Append(json);
            Lane.Input(json);
        }
    }
}
