using System.Text.Json;
using System.Text.Unicode;
using CodexProxy.Protocol.Json;
using static CodexProxy.Protocol.OpenAI.JsonReading;

namespace CodexProxy.Protocol.OpenAI;

/// <summary>
/// Reads the data of one server-sent event in a single pass. Only the JSON <c>type</c> decides what it is, wherever it
/// stands; the <c>event:</c> line plays no part.
/// </summary>
public static class ResponseEventReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Wire.MaxDepth };

    /// <summary>Reads one event. Never throws on what the upstream sent: see <see cref="MalformedEvent"/>.</summary>
    /// <param name="json">The event's data, UTF-8.</param>
    public static ResponseEvent Read(ReadOnlySpan<byte> json) => Read(json, out _);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    /// <param name="json">The event's data, UTF-8.</param>
    /// <param name="number">Its number in the stream; null where it has none.</param>
    public static ResponseEvent Read(ReadOnlySpan<byte> json, out int? number)
    {
        number = null;
        if (!Utf8.IsValid(json))
        {
            return new MalformedEvent("The event is not valid UTF-8.");
        }

        json = LoneSurrogates.Replace(json);
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return new MalformedEvent("The event is not a JSON object.");
            }

            var members = default(Members);
            members.Read(ref reader);
            number = members.SequenceNumber;
            // Whoever passes the bytes on relies on them: what follows the object is an error too.
            reader.Read();
            // A type goes out as the event's name, where a line break would begin another line.
            return string.IsNullOrEmpty(members.Type) || members.Type.AsSpan().ContainsAny('\r', '\n')
                ? new MalformedEvent("The event has no type.")
                : Build(members, json);
        }
        catch (JsonException exception)
        {
            return new MalformedEvent($"The event is not valid JSON (byte {exception.BytePositionInLine}).");
        }
        catch (InvalidOperationException)
        {
            // The reader's way to report text that is no Unicode.
            return new MalformedEvent("The event holds invalid text.");
        }
    }

    private static ResponseEvent Build(in Members m, ReadOnlySpan<byte> json) =>
        m.Type switch
        {
            "response.output_text.delta" => new OutputTextDelta(m.Key, m.ContentIndex, m.Delta ?? "", false),
            "response.function_call_arguments.delta" or "response.custom_tool_call_input.delta" => new CallInputDelta(
                m.Key,
                m.Delta ?? ""
            ),
            "response.reasoning_summary_text.delta" => new SummaryTextDelta(m.Key, m.SummaryIndex, m.Delta ?? ""),
            "response.reasoning_summary_part.added" => new SummaryPartAdded(m.Key, m.SummaryIndex),
            "response.reasoning_text.delta" => new ReasoningTextDelta(m.Key, m.Delta ?? ""),
            "response.refusal.delta" => new OutputTextDelta(m.Key, m.ContentIndex, m.Delta ?? "", true),
            "response.output_text.done" => new OutputTextDone(m.Key, m.ContentIndex, m.Text ?? "", false),
            "response.refusal.done" => new OutputTextDone(m.Key, m.ContentIndex, m.Refusal ?? "", true),
            "response.output_text.annotation.added" => new AnnotationAdded(m.Key, m.ContentIndex, m.Citation),
            "response.function_call_arguments.done" => new CallInputDone(m.Key, m.Arguments ?? "", m.Name),
            "response.custom_tool_call_input.done" => new CallInputDone(m.Key, m.Input ?? "", m.Name),
            "response.output_item.added" when m.Item is not null => new OutputItemAdded(m.ItemKey, m.Item),
            "response.output_item.done" when m.Item is not null => new OutputItemDone(m.ItemKey, m.Item),
            "response.created" or "response.in_progress" or "response.queued" => new ResponseStarted(m.Snapshot),
            "response.completed" => new ResponseCompleted(m.Snapshot),
            "response.incomplete" => new ResponseIncomplete(m.Snapshot),
            "response.failed" => new ResponseFailed(
                m.Snapshot,
                m.Snapshot.ErrorCode,
                m.Snapshot.ErrorMessage,
                Payload(json)
            ),
            "error" => new ErrorEvent(m.Code ?? m.Error.Code, m.Message ?? m.Error.Message, Payload(json)),
            "codex.rate_limits" => new RateLimitsEvent(Payload(json)),
            "response.metadata" or "codex.response.metadata" => new MetadataEvent(Payload(json)),
            "response.output_item.added" or "response.output_item.done" => new MalformedEvent("The event has no item."),
            _ => IsProgress(m.Type!) ? ProgressEvent.Instance : new UnknownEvent(m.Type!),
        };

    private static bool IsProgress(string type) =>
        type
            is "keepalive"
                or "response.content_part.added"
                or "response.content_part.done"
                or "response.reasoning_summary_text.done"
                or "response.reasoning_summary_part.done"
                or "response.reasoning_text.done"
                or "responsesapi.websocket_timing"
        || type.StartsWith("response.web_search_call.", StringComparison.Ordinal)
        || type.StartsWith("codex.", StringComparison.Ordinal);

    private static JsonElement Payload(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>All members any event uses. Members come in any order, so all are read before the type is looked at.</summary>
    private ref struct Members
    {
        private int? _outputIndex;
        private ReadOnlySpan<byte> _itemId;
        private string? _callId;
        private ResponseSnapshot? _response;

        public string? Type;
        public int? SequenceNumber;
        public int ContentIndex;
        public int SummaryIndex;
        public string? Delta;
        public string? Text;
        public string? Refusal;
        public string? Arguments;
        public string? Input;
        public string? Name;
        public string? Code;
        public string? Message;
        public OutputItem? Item;
        public UrlCitation? Citation;
        public (string? Code, string? Message) Error;

        /// <summary>The id is text only when there is no index: a delta then costs one string, not two.</summary>
        public readonly ItemKey Key =>
            new(_outputIndex, _outputIndex is null && !_itemId.IsEmpty ? EventTypes.Utf8(_itemId) : null, _callId);

        public readonly ItemKey ItemKey =>
            new(
                _outputIndex,
                Item?.Id ?? (_itemId.IsEmpty ? null : EventTypes.Utf8(_itemId)),
                (Item as OutputCall)?.CallId ?? _callId
            );

        public readonly ResponseSnapshot Snapshot => _response ?? ResponseSnapshotReader.Empty;

        public void Read(ref Utf8JsonReader reader)
        {
            while (NextMember(ref reader))
            {
                ReadMember(ref reader);
            }
        }

        private void ReadMember(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                Type = EventTypes.Read(ref reader);
            }
            else if (reader.ValueTextEquals("item_id"u8))
            {
                reader.Read();
                _itemId = reader.TokenType == JsonTokenType.String ? reader.ValueSpan : default;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("output_index"u8))
            {
                _outputIndex = Number(ref reader);
            }
            else if (reader.ValueTextEquals("sequence_number"u8))
            {
                SequenceNumber = Number(ref reader);
            }
            else if (reader.ValueTextEquals("content_index"u8))
            {
                ContentIndex = Number(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("summary_index"u8))
            {
                SummaryIndex = Number(ref reader) ?? 0;
            }
            else if (reader.ValueTextEquals("delta"u8))
            {
                Delta = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("item"u8))
            {
                Item = EntersObject(ref reader) ? OutputItemReader.Read(ref reader) : null;
            }
            else if (reader.ValueTextEquals("response"u8))
            {
                _response = EntersObject(ref reader) ? ResponseSnapshotReader.Read(ref reader) : null;
            }
            else if (reader.ValueTextEquals("annotation"u8))
            {
                Citation = EntersObject(ref reader) ? OutputItemReader.ReadCitation(ref reader) : null;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                Error = ResponseSnapshotReader.ReadError(ref reader);
            }
            else
            {
                ReadText(ref reader);
            }
        }

        private void ReadText(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("text"u8))
            {
                Text = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                Arguments = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("input"u8))
            {
                Input = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                Refusal = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                Name = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("call_id"u8))
            {
                _callId = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                Code = JsonReading.Text(ref reader);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                Message = JsonReading.Text(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }
}
